package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.llm.text.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compared with what a prefix is by definition: position after position, each told apart by all that it follows from. */
class SharedPrefixTest {

    private record Content(long[] tokens, List<Prompt.Slot> slots) {

        /** What stands at a position; unlike anything, itself included, where a picture has no key. */
        String at(int position) {
            for (Prompt.Slot slot : slots) {
                if (position >= slot.start() && position < slot.end()) {
                    return slot.contentHash().length == 0 ? "nothing like it " + System.identityHashCode(this)
                            : Arrays.toString(slot.contentHash()) + slot.start() + "+" + slot.tokens() + "/" + slot.columns() + "@" + position;
                }
            }
            return "token " + tokens[position];
        }
    }

    private static Content random(Random random) {
        List<Prompt.Slot> slots = new ArrayList<>();
        long[] tokens = new long[24];
        for (int at = 0; at < tokens.length; ) {
            if (random.nextInt(4) == 0) {
                int length = Math.min(tokens.length - at, 2 + 2 * random.nextInt(2));
                byte[] key = random.nextInt(8) == 0 ? new byte[0] : new byte[32];
                if (key.length > 0) {
                    key[31] = (byte) random.nextInt(2);
                }
                slots.add(new Prompt.Slot(slots.size(), at, length, random.nextInt(3) == 0 ? 1 : 2, key));
                Arrays.fill(tokens, at, at + length, 7);
                at += length;
            } else {
                tokens[at++] = random.nextInt(8) == 0 ? 7 : 3;
            }
        }
        return new Content(tokens, slots);
    }

    @Test
    void isThePositionsThatAreTheSame() {
        Random random = new Random(3);
        int long1 = 0;
        for (int round = 0; round < 200_000; round++) {
            Content one = random(random);
            Content other = random(random);
            int length = random.nextInt(25);
            int otherLength = random.nextInt(25);
            int wanted = 0;
            while (wanted < Math.min(length, otherLength) && one.at(wanted).equals(other.at(wanted))) {
                wanted++;
            }
            long1 += wanted > 6 ? 1 : 0;
            assertEquals(wanted, SharedPrefix.length(one.tokens(), length, one.slots(), other.tokens(), otherLength, other.slots(), false));
            for (Prompt.Slot slot : one.slots()) {
                wanted = slot.start() < wanted && wanted < slot.end() ? slot.start() : wanted;
            }
            assertEquals(wanted, SharedPrefix.length(one.tokens(), length, one.slots(), other.tokens(), otherLength, other.slots(), true));
        }
        assertEquals(true, long1 > 100, "only " + long1 + " pairs shared anything");
    }
}
