package graft.file;

/** How a person may have floating-point numbers written to a file. */
public enum StoredPrecision {
    FP16(SafeTensors.DType.F16),
    BF16(SafeTensors.DType.BF16),
    FP32(SafeTensors.DType.F32);

    private final SafeTensors.DType dtype;

    StoredPrecision(SafeTensors.DType dtype) {
        this.dtype = dtype;
    }

    /** As the file's header calls it. */
    public SafeTensors.DType dtype() {
        return dtype;
    }
}
