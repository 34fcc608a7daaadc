package graft.app.comfy;

import graft.node.SettingSchema;
import java.util.Optional;

/** Says what files that settings name are called in ComfyUI. */
public interface FileNames {

    /** The name there; empty for what ComfyUI cannot have, as what comes with Graft. */
    Optional<String> there(SettingSchema setting, String file);
}
