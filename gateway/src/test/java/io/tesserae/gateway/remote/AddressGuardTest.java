package io.tesserae.gateway.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses are of the open internet. */
class AddressGuardTest {

    private final AddressGuard guard = new AddressGuard(List.of());

    @ParameterizedTest
    @ValueSource(strings = {
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
        "198.20.0.0", "223.255.255.255", "168.63.129.15", "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "64:ff9b::808:808"})
    void allowsTheOpenInternet(String address) {
        assertTrue(guard.allows(ScriptedNames.address(address)), address);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.255.255.254",
        "169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1",
        "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255",
        "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "hex:00000000000000000000ffff7f000001",
        "hex:00000000000000000000ffff0a000001", "hex:0000000000000000000000007f000001", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
        "2002:7f00:1::1", "2002:a00:1::1", "2620:4f:8000::1", "3fff::1", "fc00::1", "fd00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
        "febf::1", "ff02::1", "ff0e::1", "4000::1", "5f00::1"})
    void refusesEverythingElse(String address) {
        assertFalse(guard.allows(ScriptedNames.address(address)), address);
    }

    @Test
    void letsThroughWhatIsPermitted() {
        AddressGuard own = new AddressGuard(List.of(Network.of("10.1.2.0/24"), Network.of("fd12::/16")));
        assertTrue(own.allows(ScriptedNames.address("10.1.2.255")));
        assertFalse(own.allows(ScriptedNames.address("10.1.3.0")));
        assertTrue(own.allows(ScriptedNames.address("64:ff9b::a01:203")), "the same address by another name");
        assertTrue(own.allows(ScriptedNames.address("fd12::9")));
        assertFalse(own.allows(ScriptedNames.address("fd13::9")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "example.com/8", "::/129", "", "10/8", "10.0.0.0/-1", "999.0.0.0/8"})
    void saysWhatANetworkLooksLike(String written) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Network.of(written)).getMessage().contains("10.0.0.0/8"));
    }

    @Test
    void comparesBitsAtTheEdge() {
        Network network = Network.of("172.16.0.0/12");
        assertEquals(12, network.prefix());
        assertTrue(network.contains(ScriptedNames.address("172.31.0.0").getAddress()));
        assertFalse(network.contains(ScriptedNames.address("172.32.0.0").getAddress()));
        assertFalse(network.contains(ScriptedNames.address("::1").getAddress()), "of another kind");
        assertTrue(Network.of("0.0.0.0/0").contains(ScriptedNames.address("255.1.2.3").getAddress()));
    }
}
