package graft.app.workflow;

/** Width and height on the canvas, in pixels at 100 %. */
public record Size(double width, double height) {}
