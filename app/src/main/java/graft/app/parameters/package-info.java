/**
 * The text that other programs keep in pictures of how they were drawn, and the workflows that it becomes.
 *
 * <p>Knows no window and no engine; asks the node library what there is to translate into, and the user's folders for models.
 */
package graft.app.parameters;
