package graft.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import graft.node.Problem;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The device that tensors live on, and why it was chosen.
 *
 * <p>The first call loads libtorch (a second or so). Everything else here is cheap and may be called from any thread.
 */
public final class Compute {

    private static final Map<String, Compute> BY_NAME = new ConcurrentHashMap<>();

    private final Device device;
    private final String name;
    private final String why;

    private Compute(Device device, String name, String why) {
        this.device = device;
        this.name = name;
        this.why = why;
    }

    /**
     * Chooses a device.
     *
     * @param wanted null or "auto" for a CUDA device when there is one, else "cpu", "cuda" or "cuda:1"
     * @throws Problem when the device cannot be had
     */
    public static Compute choose(String wanted) {
        Engine engine = engine();
        int gpus = engine.getGpuCount();
        if (wanted == null || wanted.isBlank() || wanted.equals("auto")) {
            return gpus > 0
                    ? remember(Device.gpu(0), "cuda:0", "a CUDA device was found")
                    : remember(Device.cpu(), "cpu", "no CUDA device was found");
        }
        if (wanted.equals("cpu")) {
            return remember(Device.cpu(), "cpu", "asked for with --device cpu");
        }
        int index = cudaIndex(wanted);
        if (index >= gpus) {
            String found = gpus == 0 ? "no CUDA device was found" : "only " + gpus + " CUDA device(s) were found";
            throw new Problem(
                    "cannot use device " + wanted,
                    found,
                    "choose --device cpu, or see what graft doctor --device cuda says");
        }
        return remember(Device.gpu(index), "cuda:" + index, "asked for with --device " + wanted);
    }

    /** Whether a choice is the processor; told without loading libtorch, unless there may be a CUDA device. */
    public static boolean isProcessor(String wanted) {
        boolean auto = wanted == null || wanted.isBlank() || wanted.equals("auto");
        return "cpu".equals(wanted) || (auto && !CudaUtils.hasCuda());
    }

    /** The device of a run by the name that {@link #name} gave. */
    public static Compute of(String device) {
        Compute known = BY_NAME.get(device);
        return known != null ? known : choose(device);
    }

    private static Compute remember(Device device, String name, String why) {
        Compute compute = new Compute(device, name, why);
        BY_NAME.put(name, compute);
        return compute;
    }

    private static int cudaIndex(String wanted) {
        if (wanted.equals("cuda")) {
            return 0;
        }
        if (wanted.matches("cuda:\\d{1,3}")) {
            return Integer.parseInt(wanted.substring("cuda:".length()));
        }
        throw new Problem(
                "cannot use device " + wanted, "there is no such kind of device", "choose cpu, cuda or cuda:1");
    }

    private static Engine engine() {
        // DJL asks a cloud service what machine this is, unless told not to.
        System.setProperty("OPT_OUT_TRACKING", "true");
        try {
            Engine engine = Engine.getEngine("PyTorch");
            JniUtils.setGradMode(false);
            // The profiling executor would run and recompile each scripted operator for every new shape.
            JniUtils.setGraphExecutorOptimize(false);
            return engine;
        } catch (EngineException failure) {
            throw new Problem(
                            "cannot load libtorch",
                            "its libraries do not load on this machine",
                            "see what graft doctor says about the natives")
                    .causedBy(failure);
        }
    }

    public Device device() {
        return device;
    }

    /** {@code cpu} or {@code cuda:n}. */
    public String name() {
        return name;
    }

    public boolean isCpu() {
        return !device.isGpu();
    }

    /** Bytes of the device's memory that nobody has taken; empty where the system does not tell. */
    public OptionalLong freeMemory() {
        if (isCpu()) {
            return Memory.available();
        }
        MemoryUsage memory = CudaUtils.getGpuMemory(device);
        return OptionalLong.of(memory.getMax() - memory.getUsed());
    }

    /** Gives memory back to the device that libtorch keeps for the next array; nothing on the CPU, where it keeps none. */
    public void freeCache() {
        if (!isCpu()) {
            JniUtils.emptyCudaCache();
        }
    }

    /** A clause for people: "no CUDA device was found", "asked for with --device cpu". */
    public String why() {
        return why;
    }

    /** A fresh manager on this device; whoever asked closes it. */
    public NDManager newManager() {
        return NDManager.newBaseManager(device, "PyTorch");
    }

    /**
     * Turns gradients and the profiling executor off; must run at the start of every thread that does tensor work, for libtorch
     * keeps both modes per thread. Loads libtorch where nothing has yet.
     *
     * @throws Problem when libtorch does not load on this machine
     */
    public static void prepareThread() {
        engine();
    }
}
