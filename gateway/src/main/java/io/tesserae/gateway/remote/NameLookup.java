package io.tesserae.gateway.remote;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Resolves names. Asked once for each fetch and each redirect; what it answers is what is judged and what is connected to. */
@FunctionalInterface
interface NameLookup {

    /** Every address of a host, at least one. May block. */
    List<InetAddress> addressesOf(String host) throws UnknownHostException;
}
