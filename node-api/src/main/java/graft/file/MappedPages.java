package graft.file;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Pages of memory that a part of a file is mapped to and nobody writes to.
 *
 * <p>They can be given back when they are not needed for a while ({@code madvise}, MADV_DONTNEED, on Linux): what reads there again
 * finds the same bytes, from the system's cache of the file or from the disk.
 */
public final class MappedPages {

    private static final int DONT_NEED = 4;

    /** The system's call and the length of a page; none on other systems, where pages stay. */
    private static final Optional<Call> CALL = Platform.isLinux() ? Optional.of(Call.find()) : Optional.empty();

    private record Call(Function advise, long page) {
        static Call find() {
            NativeLibrary system = NativeLibrary.getInstance(Platform.C_LIBRARY_NAME);
            return new Call(
                    system.getFunction("madvise"),
                    system.getFunction("getpagesize").invokeInt(new Object[0]));
        }
    }

    /** The mapping lives as long as this. */
    private final ByteBuffer bytes;

    /** @param mapped of a file's private or read-only mapping, and of no other memory, which would lose what it holds */
    MappedPages(ByteBuffer mapped) {
        this.bytes = mapped;
    }

    /** Takes the pages that lie wholly within out of this process's memory. */
    public void giveBack() {
        CALL.ifPresent(call -> {
            long begin = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
            long first = (begin + call.page - 1) / call.page * call.page;
            long length = (begin + bytes.capacity()) / call.page * call.page - first;
            if (length > 0) {
                call.advise.invokeInt(new Object[] {new Pointer(first), length, DONT_NEED});
            }
        });
    }
}
