/**
 * Graft as a program to hand on: an application image with a Java of its own, and a Debian package of it.
 *
 * <p>What is packed is what a build left. Nothing here runs a workflow or knows a node.
 */
package graft.app.image;
