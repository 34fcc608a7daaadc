package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class A1111NamesTest {

    @Test
    void olderVersionsEndTheSamplerInTheSchedule() {
        assertThat(A1111Names.samplers("DPM++ 2M Karras")).containsExactly("dpmpp_2m");
        assertThat(A1111Names.spacings("DPM++ 2M Karras", "")).containsExactly("comfy_karras", "karras");
        assertThat(A1111Names.samplers("euler A")).containsExactly("euler_ancestral");
    }

    @Test
    void automaticIsTheSamplersOwnSchedule() {
        assertThat(A1111Names.spacings("DPM++ 2M SDE", "Automatic")).containsExactly("exponential");
        assertThat(A1111Names.spacings("Euler", "")).containsExactly("normal");
        assertThat(A1111Names.spacings("DDIM", "Automatic")).containsExactly("ddim_uniform");
        assertThat(A1111Names.spacings("DPM++ 2M", "SGM Uniform")).containsExactly("sgm_uniform");
    }

    @Test
    void whatHasNoNameThereKeepsItsOwn() {
        assertThat(A1111Names.sampler("acme/best")).isEqualTo("acme/best");
        assertThat(A1111Names.samplers("Restart")).isEmpty();
    }

    @Test
    void everySamplerOfTodayWithANameThereComesBackAsItself() {
        for (Sampler sampler : Sampler.values()) {
            String name = A1111Names.sampler(sampler.id());
            if (!name.equals(sampler.id())) {
                assertThat(A1111Names.samplers(name)).as(name).contains(sampler.id());
            }
        }
    }
}
