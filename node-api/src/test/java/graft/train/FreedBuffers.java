package graft.train;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** What the garbage collector may do at any moment to arrays of Java numbers that were closed. */
final class FreedBuffers {

    private FreedBuffers() {}

    /**
     * Lets go of every buffer that nobody holds and writes over its memory.
     *
     * @param bytes sizes of the buffers to write over
     */
    static void reuse(int... bytes) {
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        long before = direct.getCount();
        for (int i = 0; i < 20 && direct.getCount() >= before; i++) {
            System.gc();
        }
        for (int size : bytes) {
            for (int i = 0; i < 2000; i++) {
                ByteBuffer junk = ByteBuffer.allocateDirect(size);
                while (junk.hasRemaining()) {
                    junk.put((byte) 0x7f);
                }
            }
        }
    }
}
