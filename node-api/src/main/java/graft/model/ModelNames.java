package graft.model;

/**
 * What the models of a family are called in files, by which other programs know what a file is for.
 *
 * @param architecture of Stability AI's model specification ({@code modelspec.architecture}), of a whole model
 * @param version of kohya's scripts ({@code ss_base_model_version})
 */
public record ModelNames(String architecture, String version) {

    /** The architecture of a LoRA for such models. */
    public String loraArchitecture() {
        return architecture + "/lora";
    }
}
