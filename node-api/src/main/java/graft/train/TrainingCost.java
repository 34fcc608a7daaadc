package graft.train;

import java.util.OptionalLong;

/**
 * What a training took.
 *
 * @param seconds from the first picture encoded to the last step, samples and validation included
 * @param peakBytes the most main memory that the program held at once meanwhile, with all that was there before; empty where
 *     the system does not tell, and on a device with memory of its own
 * @param numbers how many numbers learnt
 */
public record TrainingCost(double seconds, OptionalLong peakBytes, long numbers) {

    /** What the numbers that learnt take in a file, at 16 bits each. */
    public long fileBytes() {
        return 2 * numbers;
    }
}
