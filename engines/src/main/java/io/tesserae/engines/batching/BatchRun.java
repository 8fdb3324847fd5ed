package io.tesserae.engines.batching;

import io.tesserae.engines.Cancellation;
import java.util.List;

/** Runs items together. */
@FunctionalInterface
public interface BatchRun<I, O> {

    /**
     * Answers as many results as there are items, in their order. Anything thrown fails the items of a batch of one; a larger
     * batch is then tried again item by item, since one bad item must not spoil its neighbours.
     *
     * @param cancellation cancelled once no item's caller waits any more
     */
    List<O> run(List<I> items, Cancellation cancellation);
}
