/** A plugin as a stranger would write it: through what is open to everybody. */
package example;
