package graft.model.sd;

import graft.model.Family;
import graft.model.OpenedModel;
import graft.node.Choice;
import graft.node.Problem;
import java.nio.file.Path;

/** The families of Stable Diffusion (Rombach et al., 2022; Podell et al., 2023). */
enum StableDiffusion implements Family, Choice.BuiltIn {
    SD1("Stable Diffusion 1"),
    SD2("Stable Diffusion 2"),
    SDXL("Stable Diffusion XL");

    private final String title;

    StableDiffusion(String title) {
        this.title = title;
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
    public OpenedModel open(Path folderOrFile, Path vae) {
        return StableDiffusionModel.open(folderOrFile, vae);
    }
}
