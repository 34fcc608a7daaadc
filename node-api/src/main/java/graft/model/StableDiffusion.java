package graft.model;

import graft.node.Choice;
import graft.node.Problem;
import java.nio.file.Path;

/** The families of Stable Diffusion (Rombach et al., 2022; Podell et al., 2023). */
@SuppressWarnings("ImmutableEnumChecker") // a record of texts and a number
enum StableDiffusion implements Family, Choice.BuiltIn {
    SD1("Stable Diffusion 1", new Facts("stable-diffusion-v1", "sd_v1", 512)),
    SD2("Stable Diffusion 2", new Facts("stable-diffusion-v2-768-v", "sd_v2_v", 768)),
    SDXL("Stable Diffusion XL", new Facts("stable-diffusion-xl-v1-base", "sdxl_base_v1-0", 1024));

    private final String title;
    private final Facts facts;

    StableDiffusion(String title, Facts facts) {
        this.title = title;
        this.facts = facts;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean knows(Path folderOrFile) {
        try (OpenedModel model = StableDiffusionModel.open(folderOrFile)) {
            return model.spec().family().equals(id());
        } catch (Problem unknown) {
            return false;
        }
    }

    @Override
    public OpenedModel open(Path folderOrFile) {
        return StableDiffusionModel.open(folderOrFile);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
