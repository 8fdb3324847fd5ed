package io.tesserae.gateway.errand;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private final List<String> entered = new ArrayList<>();

    @Test
    void givesPlacesInOrderOfAsking() {
        Places places = new Places(1);
        Places.Place first = places.enter(() -> entered.add("first"));
        Places.Place second = places.enter(() -> entered.add("second"));
        places.enter(() -> entered.add("third"));
        assertEquals(List.of("first"), entered);
        first.close();
        assertEquals(List.of("first", "second"), entered);
        second.close();
        assertEquals(List.of("first", "second", "third"), entered);
    }

    @Test
    void closingTwiceFreesOnePlaceOnly() {
        Places places = new Places(1);
        Places.Place first = places.enter(() -> entered.add("first"));
        first.close();
        first.close();
        places.enter(() -> entered.add("second"));
        places.enter(() -> entered.add("third"));
        assertEquals(List.of("first", "second"), entered);
    }

    @Test
    void oneWhoStopsWaitingIsPassedOver() {
        Places places = new Places(1);
        Places.Place first = places.enter(() -> entered.add("first"));
        Places.Place second = places.enter(() -> entered.add("second"));
        places.enter(() -> entered.add("third"));
        second.close();
        first.close();
        assertEquals(List.of("first", "third"), entered);
    }
}
