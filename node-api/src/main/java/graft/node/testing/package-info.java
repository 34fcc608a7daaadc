/** What the author of a node tests it with: a run that records, and the specs of inputs that are wired in. */
package graft.node.testing;
