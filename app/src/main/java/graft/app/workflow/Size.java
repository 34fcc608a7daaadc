package graft.app.workflow;

/** Width and height on the canvas, in pixels at 100 %. */
public record Size(double width, double height) {

    public Size {
        // Files know no negative zero.
        width += 0.0;
        height += 0.0;
    }
}
