/* mcconfig would declare the functions of C modules here, and number the names that C uses: these use none. */
