package graft.train;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Figures of a training as TensorBoard reads them: a file of TFRecords, each an {@code Event} of protocol buffers.
 *
 * <p>A record is its length (uint64), a masked CRC-32C of that, the event and a masked CRC-32C of the event, all
 * little-endian. For the time of an event stands its step, as so many seconds: the same training leaves the same file.
 * Source: tensorflow {@code record_writer.cc}, {@code event.proto}, {@code summary.proto}.
 */
final class EventFile implements Closeable {

    private static final String VERSION = "brain.Event:2";
    private static final int MASK = 0xa282ead8;

    // Fields of Event, Summary and Summary.Value, and the wire types that they are written with.
    private static final int WALL_TIME = (1 << 3) | 1;
    private static final int STEP = 2 << 3;
    private static final int FILE_VERSION = (3 << 3) | 2;
    private static final int SUMMARY = (5 << 3) | 2;
    private static final int VALUE = (1 << 3) | 2;
    private static final int TAG = (1 << 3) | 2;
    private static final int SIMPLE_VALUE = (2 << 3) | 5;

    private final OutputStream out;

    private EventFile(OutputStream out) {
        this.out = out;
    }

    /** Begins a file, replacing what was there. */
    static EventFile create(Path file) throws IOException {
        EventFile made = new EventFile(new BufferedOutputStream(Files.newOutputStream(file)));
        byte[] version = VERSION.getBytes(StandardCharsets.US_ASCII);
        made.record(event(0, FILE_VERSION, version));
        return made;
    }

    /** Adds figures of a step, by the names that they are plotted under. */
    void add(long step, Map<String, Double> figures) throws IOException {
        ByteArrayOutputStream summary = new ByteArrayOutputStream();
        figures.forEach((name, figure) -> {
            byte[] tag = name.getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream value = new ByteArrayOutputStream();
            message(value, TAG, tag);
            value.write(SIMPLE_VALUE);
            value.writeBytes(little(4).putFloat(figure.floatValue()).array());
            message(summary, VALUE, value.toByteArray());
        });
        record(event(step, SUMMARY, summary.toByteArray()));
    }

    /** Lets readers see what was added. */
    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static byte[] event(long step, int what, byte[] bytes) {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        if (step != 0) { // a nought is what a field that is left out means
            event.write(WALL_TIME);
            event.writeBytes(little(8).putDouble((double) step).array());
            event.write(STEP);
            varint(event, step);
        }
        message(event, what, bytes);
        return event.toByteArray();
    }

    private static void message(ByteArrayOutputStream to, int field, byte[] bytes) {
        to.write(field);
        varint(to, bytes.length);
        to.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream to, long value) {
        long rest = value;
        while (rest >= 0x80) {
            to.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        to.write((int) rest);
    }

    private void record(byte[] event) throws IOException {
        byte[] length = little(8).putLong(event.length).array();
        out.write(length);
        out.write(little(4).putInt(masked(length)).array());
        out.write(event);
        out.write(little(4).putInt(masked(event)).array());
    }

    /** A CRC of bytes that hold CRCs says little, so it is turned and moved. */
    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
