package graft.app.user;

import static org.assertj.core.api.Assertions.assertThat;

import graft.node.Problem;
import graft.node.Setting.Collection;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lies in the folders of ComfyUI and of the web UI is found by the names that these give it. */
class ModelSourcesTest {

    @TempDir
    private Path temporary;

    /** Without links on the way to it. */
    private Path folder;

    @BeforeEach
    void real() throws IOException {
        folder = temporary.toRealPath();
    }

    private Path made(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.exists(file) ? file : Files.createFile(file);
    }

    private Path yaml(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static ModelFolders of(Path... places) {
        return ModelSources.of(List.of(places), Map.of());
    }

    private static String refusal(Path place) {
        List<Problem> problems = of(place).problems();
        assertThat(problems).hasSize(1);
        assertThat(of(place).folders()).isEmpty();
        return problems.get(0).getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "models/checkpoints/sd_xl_base_1.0.safetensors, CHECKPOINTS, sd_xl_base_1.0.safetensors",
        "models/checkpoints/XL/sub folder/ä.safetensors, CHECKPOINTS, XL/sub folder/ä.safetensors",
        "models/checkpoints/XL/x.safetensors, CHECKPOINTS, XL\\x.safetensors",
        "models/diffusers/sd/model_index.json, CHECKPOINTS, sd",
        "models/diffusion_models/z.safetensors, CHECKPOINTS, z.safetensors",
        "models/unet/z.safetensors, CHECKPOINTS, z.safetensors",
        "models/loras/people/a.safetensors, LORAS, people/a.safetensors",
        "models/embeddings/neg.pt, EMBEDDINGS, neg.pt",
        "models/vae/v.safetensors, VAES, v.safetensors",
        "models/controlnet/canny.safetensors, CONTROLNETS, canny.safetensors",
        "models/text_encoders/t.safetensors, TEXT_ENCODERS, t.safetensors",
        "models/clip/t.safetensors, TEXT_ENCODERS, t.safetensors",
        "models/clip_vision/blip/config.json, VISION, blip",
        "models/upscale_models/4x.pth, UPSCALERS, 4x.pth",
        "models/vae_approx/taesd_decoder.safetensors, TINY_VAES, taesd_decoder.safetensors",
        "models/VAE-approx/taesd_decoder.pth, TINY_VAES, taesd_decoder.pth",
        "models/Stable-diffusion/a.safetensors, CHECKPOINTS, a.safetensors",
        "models/Lora/a.safetensors, LORAS, a.safetensors",
        "models/LyCORIS/a.safetensors, LORAS, a.safetensors",
        "models/VAE/v.safetensors, VAES, v.safetensors",
        "models/ControlNet/canny.pth, CONTROLNETS, canny.pth",
        "models/ESRGAN/4x.pth, UPSCALERS, 4x.pth",
        "embeddings/neg.pt, EMBEDDINGS, neg.pt",
    })
    void aProgramsFolderAndItsModelsFolderAreKnown(String file, Collection collection, String name) throws IOException {
        Path made = made("ui/" + file);
        Path expected = List.of("model_index.json", "config.json")
                        .contains(made.getFileName().toString())
                ? made.getParent()
                : made;
        assertThat(of(folder.resolve("ui")).find(collection, name)).containsExactly(expected);
        if (file.startsWith("models/")) {
            assertThat(of(folder.resolve("ui/models")).find(collection, name)).containsExactly(expected);
        }
    }

    /** ComfyUI's LoadImage looks in its folder input, and by an annotation in those beside. */
    @Test
    void picturesAreFoundInComfyUisFolders() throws IOException {
        Path plain = made("ComfyUI/input/pot.png");
        Path deep = made("ComfyUI/input/clipspace/mask 1.png");
        Path drawn = made("ComfyUI/output/pot.png");
        Path passing = made("ComfyUI/temp/pot.png");
        made("ComfyUI/models/vae/v.safetensors");
        Path paths = folder.resolve("extra_model_paths.yaml");
        Files.writeString(paths, "comfyui:\n  base_path: ComfyUI/\n  vae: models/vae\n");
        for (Path place : List.of(folder.resolve("ComfyUI"), folder.resolve("ComfyUI/models"), paths)) {
            ModelFolders found = of(place);
            assertThat(found.find(Collection.PICTURES, "pot.png")).containsExactly(plain);
            assertThat(found.find(Collection.PICTURES, "clipspace\\mask 1.png")).containsExactly(deep);
            assertThat(found.find(Collection.PICTURES, "pot.png [output]")).containsExactly(drawn);
            assertThat(found.find(Collection.PICTURES, "pot.png [temp]")).containsExactly(passing);
            assertThat(found.find(Collection.PICTURES, "clipspace/mask 1.png [input]"))
                    .containsExactly(deep);
            assertThat(found.find(Collection.PICTURES, "other.png [output]")).isEmpty();
            assertThat(found.name(Collection.PICTURES, deep)).contains("clipspace/mask 1.png");
            assertThat(found.find(
                            Collection.PICTURES,
                            found.name(Collection.PICTURES, drawn).orElseThrow()))
                    .containsExactly(drawn);
        }
        assertThat(of(paths).name(Collection.PICTURES, drawn)).contains("pot.png [output]");
    }

    /** ComfyUI calls a tiny autoencoder among its VAEs by what its files begin with. */
    @Test
    void aTinyAutoencoderIsCalledAsComfyUiCallsIt() throws IOException {
        Path decoder = made("ComfyUI/models/vae_approx/taesd_decoder.safetensors");
        made("ComfyUI/models/vae_approx/taesd_encoder.safetensors");
        ModelFolders found = of(folder.resolve("ComfyUI"));
        assertThat(found.find(Collection.VAES, "taesd")).containsExactly(decoder);
        assertThat(found.find(Collection.VAES, "taesdxl")).isEmpty();
        assertThat(found.name(Collection.VAES, decoder)).contains("taesd");
    }

    @Test
    void anyFolderHoldsWhateverLiesInIt() throws IOException {
        Path file = made("mine/styles/ink.safetensors");
        ModelFolders mine = of(folder.resolve("mine"));
        assertThat(mine.find(Collection.LORAS, "styles/ink.safetensors")).containsExactly(file);
        assertThat(mine.find(Collection.CHECKPOINTS, "styles/ink.safetensors")).containsExactly(file);
        assertThat(mine.find(Collection.LORAS, "ink.safetensors")).isEmpty();
        assertThat(mine.alike(Collection.LORAS, "ink.safetensors")).containsExactly("styles/ink.safetensors");
    }

    @Test
    void comfyUisFileOfFoldersIsRead() throws IOException {
        Path model = made("webui/models/Stable-diffusion/XL/a.safetensors");
        Path lora = made("webui/models/Lora/b.safetensors");
        Path lycoris = made("webui/models/LyCORIS/c.safetensors");
        Path vae = made("elsewhere/v.safetensors");
        Path encoder = made("enc/t.safetensors");
        Path paths = yaml("comfy/extra_model_paths.yaml", """
                # what is commented out is not read
                a111:
                    base_path: ../webui/
                    checkpoints: models/Stable-diffusion
                    configs: models/Stable-diffusion
                    loras: |
                         models/Lora
                         models/LyCORIS
                    vae: %s
                    controlnet: models/ControlNet
                #comfyui:
                #     base_path: path/to/comfyui/
                nothing:
                encoders:
                    text_encoders: [../enc/, ../not-there]
                    custom_nodes: custom_nodes
                """.formatted(vae.getParent()));
        ModelFolders found = of(paths);
        assertThat(found.problems()).isEmpty();
        assertThat(found.find(Collection.CHECKPOINTS, "XL/a.safetensors")).containsExactly(model);
        assertThat(found.of(Collection.LORAS)).containsExactly(lora.getParent(), lycoris.getParent());
        assertThat(found.find(Collection.LORAS, "c.safetensors")).containsExactly(lycoris);
        assertThat(found.find(Collection.VAES, "v.safetensors")).containsExactly(vae);
        assertThat(found.find(Collection.TEXT_ENCODERS, "t.safetensors")).containsExactly(encoder);
        assertThat(of(folder.resolve("comfy")).find(Collection.LORAS, "b.safetensors"))
                .as("beside ComfyUI's own folders")
                .containsExactly(lora);
    }

    @Test
    void sectionsThatAreTheDefaultComeBeforeAllOthers() throws IOException {
        Path own = made("comfy/models/loras/x.safetensors");
        Path other = made("other/x.safetensors");
        Path first = made("first/x.safetensors");
        Path paths = yaml("p.yml", """
                other: {base_path: other, loras: .}
                first:
                  is_default: yes
                  loras: first/
                """);
        assertThat(of(folder.resolve("comfy"), paths).find(Collection.LORAS, "x.safetensors"))
                .containsExactly(first, own, other);
    }

    @Test
    void variablesAndTheUsersHomeStandForPaths() throws IOException {
        Path file = made("data/sd/loras/x.safetensors");
        Path paths = yaml("p.yaml", """
                a: {base_path: $DATA/sd, loras: loras}
                b: {base_path: "${DATA}", vae: sd/loras}
                c: {embeddings: '%DATA%/sd/loras'}
                d: {clip: ~/clip, upscale_models: $NO_SUCH/x}
                """);
        ModelFolders found = ModelSources.of(
                List.of(paths), Map.of("DATA", folder.resolve("data").toString()));
        for (Collection each : List.of(Collection.LORAS, Collection.VAES, Collection.EMBEDDINGS)) {
            assertThat(found.find(each, "x.safetensors")).containsExactly(file);
        }
        assertThat(found.of(Collection.TEXT_ENCODERS))
                .containsExactly(Path.of(System.getProperty("user.home"), "clip"));
    }

    @Test
    void windowsPathsAreReadWherePathsAreOthers() throws IOException {
        Path file = made("webui/models/Lora/people/x.safetensors");
        Path paths = yaml("p.yaml", """
                a:
                    base_path: webui
                    loras: models\\Lora
                b:
                    base_path: 'E:\\SD\\webui'
                    loras: models\\Lora
                """);
        ModelFolders found = of(paths);
        assertThat(found.problems()).isEmpty();
        assertThat(found.find(Collection.LORAS, "people\\x.safetensors")).containsExactly(file);
        assertThat(found.of(Collection.LORAS).get(1).toString().replace('\\', '/'))
                .endsWith("E:/SD/webui/models/Lora");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: {base_path: \"E:\\Users\"}|line 1|Windows paths without quotes",
                "a:\\n\\tloras: x|line 2|mend the file",
                "a: [|line 1|mend the file",
                "- a|the file holds no names|extra_model_paths.yaml.example",
                "models/loras|the file holds no names|extra_model_paths.yaml.example",
                "a: models|the section a holds no names|extra_model_paths.yaml.example",
                "a: {loras: 3}|loras of the section a is 3, not a path|one a line",
                "a: {loras: {b: c}}|loras of the section a is|one a line",
                "a: {base_path: true, loras: x}|base_path of the section a is true|one a line",
                "a: !!javax.script.ScriptEngineManager []|not YAML|mend",
                "a: &a [*a]|holds no names|extra_model_paths.yaml.example",
                "a: {loras: x, loras: y}|duplicate|mend",
            })
    void whatIsNoFileOfFoldersIsRefusedInOneSentence(String text, String why, String remedy) throws IOException {
        Path file = yaml("bad.yaml", text.replace("\\n", "\n").replace("\\t", "\t"));
        assertThat(refusal(file))
                .startsWith("Cannot read the model folders in " + file + ": ")
                .contains(why, remedy)
                .doesNotContain("\n", "Exception");
    }

    @Test
    void aFileThatIsMissingOrNoTextIsRefused() throws IOException {
        assertThat(refusal(folder.resolve("none.yaml"))).contains("none.yaml", "no such file");
        Path binary = folder.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0});
        assertThat(refusal(binary)).contains("binary.yaml", "UTF-16");
    }

    @Test
    void theFirstFolderThatHasANameWinsAndLinksToOneFileAreOne() throws IOException {
        Path one = made("one/loras/x.safetensors");
        Path two = made("two/loras/x.safetensors");
        ModelFolders both = of(folder.resolve("one"), folder.resolve("two"));
        assertThat(both.find(Collection.LORAS, "x.safetensors")).containsExactly(one, two);
        assertThat(both.name(Collection.LORAS, one)).contains("x.safetensors");
        assertThat(both.name(Collection.LORAS, two))
                .as("no name comes to the second")
                .isEmpty();
        Files.createSymbolicLink(folder.resolve("three"), folder.resolve("one"));
        assertThat(of(folder.resolve("one"), folder.resolve("three")).find(Collection.LORAS, "x.safetensors"))
                .containsExactly(one);
    }

    @Test
    void linkedFoldersAreFollowedAlsoInACircle() throws IOException {
        made("far/deep/x.safetensors");
        Path loras = Files.createDirectories(folder.resolve("ui/models/loras"));
        Files.createSymbolicLink(loras.resolve("linked"), folder.resolve("far"));
        Files.createSymbolicLink(folder.resolve("far/deep/round"), folder.resolve("far"));
        ModelFolders found = of(folder.resolve("ui"));
        assertThat(found.find(Collection.LORAS, "linked/deep/x.safetensors")).hasSize(1);
        assertThat(found.alike(Collection.LORAS, "x.safetensors")).contains("linked/deep/x.safetensors");
    }

    @Test
    void noNameLeadsOutOfTheFolders() throws IOException {
        Path file = made("secret.safetensors");
        Files.createDirectories(folder.resolve("ui/models/loras"));
        ModelFolders found = of(folder.resolve("ui"));
        for (String name : List.of(
                "../../../secret.safetensors",
                "a/../../../../secret.safetensors",
                "..\\..\\..\\secret.safetensors",
                file.toString(),
                "~/secret.safetensors",
                "C:\\secret.safetensors",
                "",
                "\0")) {
            assertThat(found.find(Collection.LORAS, name)).as(name).isEmpty();
        }
    }

    @Test
    void theGivenComeBeforeTheEnvironmentsAndThoseBeforeTheSettings() throws IOException {
        Path given = made("given/x.safetensors");
        Path first = made("env1/x.safetensors");
        Path second = made("env2/x.safetensors");
        Path chosen = made("chosen/x.safetensors");
        Path settings = yaml(
                "settings.json",
                "{\"folders\": [\"" + chosen.getParent().toString().replace("\\", "\\\\") + "\"]}");
        Map<String, String> environment =
                Map.of("GRAFT_MODELS", first.getParent() + File.pathSeparator + second.getParent());
        assertThat(ModelSources.ofThisUser(List.of(given.getParent()), environment, settings)
                        .find(Collection.LORAS, "x.safetensors"))
                .containsExactly(given, first, second, chosen);
        assertThat(ModelSources.ofThisUser(List.of(), Map.of(), folder.resolve("none.json")))
                .isEqualTo(ModelFolders.NONE);
        Path damaged = yaml("damaged.json", "{\"folders\": 3}");
        assertThat(ModelSources.ofThisUser(List.of(), Map.of(), damaged).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).hasMessageContaining(damaged.toString()));
    }
}
