package graft.adapter;

import graft.file.SafeTensors.DType;
import java.nio.file.Path;
import java.util.Map;

/** LoRA files: reads the spellings of kohya, peft, diffusers and ComfyUI, writes kohya's. */
@SuppressWarnings("DoNotCallSuggester") // until it is written, within this issue
public final class LoraFile {

    private LoraFile() {}

    /**
     * Reads a LoRA; which model it fits is found out when it is applied.
     *
     * @throws graft.node.Problem naming the file, when it is not a LoRA or one of a kind that Graft cannot apply
     */
    public static Lora read(Path file) {
        throw new UnsupportedOperationException(file.toString());
    }

    /**
     * Writes kohya's keys with {@code ss_*} and {@code modelspec} metadata, whole or not at all, reads the file back
     * and compares it.
     *
     * @param dtype F16 (what others expect), BF16 or F32
     * @param extraMetadata added to, and where equal put in place of, what the LoRA carries
     */
    public static void write(Path file, Lora lora, DType dtype, Map<String, String> extraMetadata) {
        throw new UnsupportedOperationException(file + " " + lora.name() + dtype + extraMetadata);
    }
}
