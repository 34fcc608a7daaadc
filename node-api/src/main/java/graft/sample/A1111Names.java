package graft.sample;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What A1111 and Forge call samplers and spacings, which sharing sites read too.
 *
 * <p>Sources: {@code modules/sd_samplers_kdiffusion.py}, {@code sd_samplers_timesteps.py} and {@code sd_schedulers.py} of
 * stable-diffusion-webui 1.10, {@code modules_forge/alter_samplers.py} of Forge.
 */
public final class A1111Names {

    /** Id here to name there. Of two of one name the first is what A1111 computes. */
    private static final Map<String, String> SAMPLERS = new LinkedHashMap<>();

    private static final Map<String, String> SPACINGS = new LinkedHashMap<>();

    static {
        SAMPLERS.put("dpmpp_2m", "DPM++ 2M");
        SAMPLERS.put("dpmpp_sde", "DPM++ SDE");
        SAMPLERS.put("dpmpp_2m_sde", "DPM++ 2M SDE");
        SAMPLERS.put("dpmpp_2m_sde_heun", "DPM++ 2M SDE Heun");
        SAMPLERS.put("dpmpp_2s_ancestral", "DPM++ 2S a");
        SAMPLERS.put("dpmpp_3m_sde", "DPM++ 3M SDE");
        SAMPLERS.put("euler_ancestral", "Euler a");
        SAMPLERS.put("euler", "Euler");
        SAMPLERS.put("lms", "LMS");
        SAMPLERS.put("heun", "Heun");
        SAMPLERS.put("dpm_2", "DPM2");
        SAMPLERS.put("dpm_2_ancestral", "DPM2 a");
        SAMPLERS.put("dpm_fast", "DPM fast");
        SAMPLERS.put("dpm_adaptive", "DPM adaptive");
        SAMPLERS.put("comfy_ddim", "DDIM");
        SAMPLERS.put("ddim", "DDIM");
        SAMPLERS.put("uni_pc", "UniPC");
        SAMPLERS.put("unipc", "UniPC");
        SAMPLERS.put("comfy_lcm", "LCM");
        SAMPLERS.put("lcm", "LCM");
        SAMPLERS.put("heunpp2", "HeunPP2");
        SAMPLERS.put("ipndm", "IPNDM");
        SAMPLERS.put("ipndm_v", "IPNDM_V");
        SAMPLERS.put("deis", "DEIS");
        SAMPLERS.put("ddpm", "DDPM");
        SAMPLERS.put("euler_cfg_pp", "Euler CFG++");
        SAMPLERS.put("euler_ancestral_cfg_pp", "Euler A CFG++");

        SPACINGS.put("comfy_karras", "Karras");
        SPACINGS.put("karras", "Karras");
        SPACINGS.put("exponential", "Exponential");
        SPACINGS.put("sgm_uniform", "SGM Uniform");
        SPACINGS.put("kl_optimal", "KL Optimal");
        SPACINGS.put("simple", "Simple");
        SPACINGS.put("normal", "Normal");
        SPACINGS.put("ddim_uniform", "DDIM");
        SPACINGS.put("beta", "Beta");
        SPACINGS.put("linear_quadratic", "Linear Quadratic");
        SPACINGS.put("auto", "");
    }

    /** What "Automatic" is for a sampler, where it is not the even spacing of timesteps. */
    private static final Map<String, String> AUTOMATIC = Map.of(
            "DPM++ 2M", "Karras",
            "DPM++ SDE", "Karras",
            "DPM++ 2S a", "Karras",
            "DPM2", "Karras",
            "DPM2 a", "Karras",
            "DPM++ 2M SDE", "Exponential",
            "DPM++ 2M SDE Heun", "Exponential",
            "DPM++ 3M SDE", "Exponential",
            "DDIM", "DDIM");

    private A1111Names() {}

    /** What a sampler is called there; its own id where it has no name there. */
    public static String sampler(String id) {
        return SAMPLERS.getOrDefault(id.toLowerCase(Locale.ROOT), id);
    }

    /** What a spacing is called there, as the schedule type; its own id where it has no name there, empty for automatic. */
    public static String spacing(String id) {
        return SPACINGS.getOrDefault(id.toLowerCase(Locale.ROOT), id);
    }

    /**
     * The ids here that a sampler of A1111 may be, the one that computes what A1111 does first; they may not all be there.
     *
     * @param name in any case; older versions end it in the schedule, such as "DPM++ 2M Karras"
     */
    public static List<String> samplers(String name) {
        return ids(SAMPLERS, withoutSchedule(name));
    }

    /**
     * The ids here that a schedule may be, likewise.
     *
     * @param sampler whose choice "Automatic" is, and whose name may end in the schedule where no type is given
     * @param type empty where there is none
     */
    public static List<String> spacings(String sampler, String type) {
        String plain = withoutSchedule(sampler);
        String wanted = type.isBlank() && plain.length() < sampler.strip().length()
                ? sampler.strip().substring(plain.length()).strip()
                : type.strip();
        if (wanted.isEmpty() || wanted.equalsIgnoreCase("Automatic")) {
            wanted = AUTOMATIC.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(plain))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse("Normal");
        }
        // k-diffusion's own spacing is ComfyUI's "normal".
        return ids(SPACINGS, wanted.equalsIgnoreCase("Uniform") ? "Normal" : wanted);
    }

    private static String withoutSchedule(String name) {
        return name.strip().replaceFirst("(?i) (Karras|Exponential|SGM Uniform|Uniform)$", "");
    }

    private static List<String> ids(Map<String, String> names, String name) {
        List<String> ids = new ArrayList<>();
        names.forEach((id, theirs) -> {
            if (!theirs.isEmpty() && theirs.equalsIgnoreCase(name)) {
                ids.add(id);
            }
        });
        return ids;
    }
}
