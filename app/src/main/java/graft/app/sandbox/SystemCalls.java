package graft.app.sandbox;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A filter of system calls for seccomp, in the classic packet filter's instructions, by which a process can make threads and no
 * processes.
 *
 * <p>Numbers and structures: {@code linux/seccomp.h}, {@code linux/bpf_common.h}, {@code linux/audit.h} and {@code
 * asm/unistd.h} of the Linux kernel.
 */
final class SystemCalls {

    /** {@code CLONE_THREAD}: what clone makes is a thread of the caller. */
    private static final int THREAD = 0x10000;

    private static final int NOT_PERMITTED = 1;
    private static final int NO_SUCH_CALL = 38;

    private static final int LOAD = 0x20;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_AT_LEAST = 0x35;
    private static final int IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    private static final int ALLOW = 0x7FFF0000;
    private static final int REFUSE = 0x00050000;
    private static final int KILL = 0x80000000;

    /** Where {@code struct seccomp_data} holds the call's number, the processor, and the lower half of the first argument. */
    private static final int CALL = 0;

    private static final int PROCESSOR = 4;
    private static final int FIRST_ARGUMENT = 16;

    /**
     * The calls of a processor.
     *
     * @param audit its name in {@code linux/audit.h}
     * @param refused those that make processes, or reach into others or the kernel and are needed by none here
     */
    private record Processor(int audit, int cloning, List<Integer> refused) {}

    /** From here on the calls are those of the 32-bit variant, on amd64 alone. */
    private static final int VARIANT = 0x40000000;

    private static final int CLONE3 = 435;

    private static final Map<String, Processor> PROCESSORS = Map.of(
            "amd64",
            // fork, vfork, ptrace, bpf, userfaultfd, add_key, request_key, keyctl, process_vm_readv, process_vm_writev,
            // unshare, setns, mount, io_uring_setup
            new Processor(0xC000003E, 56, List.of(57, 58, 101, 321, 323, 248, 249, 250, 310, 311, 272, 308, 165, 425)),
            "aarch64",
            new Processor(0xC00000B7, 220, List.of(117, 280, 282, 217, 218, 219, 270, 271, 97, 268, 40, 425)));

    private final ByteArrayOutputStream program = new ByteArrayOutputStream();

    private SystemCalls() {}

    /** The filter for a processor, as Java names it; empty for one whose calls are not known here. */
    static Optional<byte[]> withoutProcesses(String processor) {
        return Optional.ofNullable(PROCESSORS.get(processor)).map(known -> new SystemCalls().filter(known));
    }

    private byte[] filter(Processor processor) {
        add(LOAD, 0, 0, PROCESSOR);
        add(IF_EQUAL, 1, 0, processor.audit());
        add(RETURN, 0, 0, KILL);
        add(LOAD, 0, 0, CALL);
        add(IF_AT_LEAST, 0, 1, VARIANT);
        add(RETURN, 0, 0, REFUSE | NOT_PERMITTED);
        // The C library goes back to clone, whose flags can be looked at.
        refuse(CLONE3, NO_SUCH_CALL);
        processor.refused().forEach(call -> refuse(call, NOT_PERMITTED));
        add(IF_EQUAL, 0, 3, processor.cloning());
        add(LOAD, 0, 0, FIRST_ARGUMENT);
        add(IF_ANY_BIT, 1, 0, THREAD);
        add(RETURN, 0, 0, REFUSE | NOT_PERMITTED);
        add(RETURN, 0, 0, ALLOW);
        return program.toByteArray();
    }

    private void refuse(int call, int error) {
        add(IF_EQUAL, 0, 1, call);
        add(RETURN, 0, 0, REFUSE | error);
    }

    /** Jumps skip so many instructions. */
    private void add(int code, int ifTrue, int ifFalse, int operand) {
        byte[] instruction = ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putShort((short) code)
                .put((byte) ifTrue)
                .put((byte) ifFalse)
                .putInt(operand)
                .array();
        program.writeBytes(instruction);
    }
}
