/** Version of the program, the same on every platform; a test holds it equal to package.json's. */
export const VERSION = "0.1.0";
