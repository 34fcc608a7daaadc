/**
 * What the author of a plugin needs: a project to begin with, the API for Maven to build it against, building, packing and
 * offering it.
 *
 * <p>Runs Maven as another program; knows no workflow and no window.
 */
package graft.app.plugin.author;
