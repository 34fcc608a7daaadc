package graft.nodes.lora;

import graft.adapter.AdapterFormat;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraFormat;
import graft.file.FileName;
import graft.file.Location;
import graft.file.Rescue;
import graft.file.SafeTensors.DType;
import graft.node.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How nodes write a LoRA's file. */
final class LoraWriting {

    static final String ENDING = ".safetensors";

    private LoraWriting() {}

    /** The file's name without its ending; a LoRA's own name may be none that a file can have. */
    static String stem(String name) {
        return FileName.near(name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name);
    }

    /**
     * Writes a new file and tells of it.
     *
     * @param folder where to; blank for the folder of the run
     */
    static void write(Run run, Lora lora, String folder, String stem, AdapterFormat format, DType dtype) {
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Rescue.write(run, target, (into, asAsked) -> {
            Path file = FileName.free(into, stem, ENDING);
            LoraFile.write(
                    file,
                    lora,
                    asAsked ? format : LoraFormat.KOHYA,
                    asAsked ? dtype : DType.F32,
                    Map.of("ss_output_name", stem, "modelspec.title", stem));
            run.wrote(file);
            run.log(String.format(
                    Locale.ROOT,
                    "Wrote %s (%.1f KB).",
                    file.getFileName(),
                    file.toFile().length() / 1024.0));
            return List.of(file);
        });
    }
}
