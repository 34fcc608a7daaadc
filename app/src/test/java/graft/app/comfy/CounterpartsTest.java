package graft.app.comfy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.node.NodeSchema;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is said of nodes of Graft is as the nodes that the build has made are. */
class CounterpartsTest {

    private static final NodeLibrary LIBRARY =
            NodeLibrary.load(Path.of("").toAbsolutePath().resolveSibling("plugins"), "0.1.0");

    @TestFactory
    Stream<DynamicTest> theNodeHasWhatIsSaidOfIt() {
        return Counterparts.all().stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                    assertThat(LIBRARY.node(each.type())).as(each.type()).isPresent();
                    NodeSchema node = LIBRARY.node(each.type()).orElseThrow();
                    // Wires may enter settings too.
                    assertThat(sockets(node.inputs()))
                            .containsAll(each.inputs().stream()
                                    .map(Counterpart.In::socket)
                                    .filter(socket -> !socket.isEmpty())
                                    .toList());
                    assertThat(sockets(node.outputs()))
                            .containsAll(each.outputs().stream()
                                    .map(Counterpart.Out::socket)
                                    .filter(socket -> !socket.isEmpty())
                                    .toList());
                    assertThat(node.settings().stream().map(SettingSchema::id))
                            .containsAll(each.widgets().stream()
                                    .map(Counterpart.Widget::setting)
                                    .filter(setting -> !setting.isEmpty())
                                    .toList())
                            .containsAll(each.fixed().keySet());
                    each.fixed().forEach((setting, value) -> assertThat(
                                    node.setting(setting).orElseThrow().fromJson(value))
                            .isNotNull());
                }));
    }

    private static List<String> sockets(List<SocketSchema> all) {
        return all.stream().map(SocketSchema::id).toList();
    }

    /** ComfyUI 0.33's lists, of reference and of its sources. */
    @Test
    void everySamplerAndSchedulerOfComfyUisIsOneHereAndGoesBack() {
        NodeSchema sample = LIBRARY.node("graft/latents/sample").orElseThrow();
        List<String> samplers = List.of("""
                euler euler_cfg_pp euler_ancestral euler_ancestral_cfg_pp heun heunpp2 exp_heun_2_x0 exp_heun_2_x0_sde dpm_2
                dpm_2_ancestral lms dpm_fast dpm_adaptive dpmpp_2s_ancestral dpmpp_2s_ancestral_cfg_pp dpmpp_sde dpmpp_2m
                dpmpp_2m_cfg_pp dpmpp_2m_sde dpmpp_2m_sde_heun dpmpp_3m_sde ddpm lcm ipndm ipndm_v deis res_multistep
                res_multistep_cfg_pp res_multistep_ancestral res_multistep_ancestral_cfg_pp gradient_estimation
                gradient_estimation_cfg_pp er_sde seeds_2 seeds_3 sa_solver sa_solver_pece ddim uni_pc uni_pc_bh2
                """.strip().split("\\s+"));
        goBack(samplers, ChoiceNames.SAMPLER, sample.setting("sampler").orElseThrow());
        List<String> schedulers = List.of(
                "simple",
                "sgm_uniform",
                "karras",
                "exponential",
                "ddim_uniform",
                "beta",
                "normal",
                "linear_quadratic",
                "kl_optimal");
        goBack(schedulers, ChoiceNames.SCHEDULER, sample.setting("spacing").orElseThrow());
        assertThat(ChoiceNames.SAMPLER
                        .here(new JsonPrimitive("dpmpp_3m_sde_gpu"))
                        .getAsString())
                .isEqualTo("dpmpp_3m_sde");
    }

    private static void goBack(List<String> names, ChoiceNames words, SettingSchema setting) {
        assertThat(names).allSatisfy(name -> {
            JsonElement here = words.here(new JsonPrimitive(name));
            assertThat(setting.choices()).contains(here.getAsString());
            assertThat(words.there(here)).contains(new JsonPrimitive(name));
        });
        // What Graft has beside them is refused, and not taken for something else.
        assertThat(setting.choices().stream()
                        .filter(id -> words.there(new JsonPrimitive(id)).isPresent()))
                .hasSize(names.size());
    }
}
