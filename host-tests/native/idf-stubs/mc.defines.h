/* mcconfig writes this from the manifest's "defines"; these checks need none. */
