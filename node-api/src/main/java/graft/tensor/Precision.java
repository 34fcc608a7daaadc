package graft.tensor;

/** What numbers a network computes with. */
public enum Precision {
    /** IEEE single. */
    FP32(6, 4),
    /** IEEE half: 11 bits of precision, up to 65504, so that gradients need a scaled loss. */
    FP16(5, 2),
    /** The upper half of a single: its range with 8 bits of precision. DJL cannot tell what it is nor read its numbers. */
    BF16(15, 2);

    private final int code;
    private final int bytes;

    Precision(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** libtorch's number for it. */
    int code() {
        return code;
    }

    /** Of each number. */
    public int bytes() {
        return bytes;
    }
}
