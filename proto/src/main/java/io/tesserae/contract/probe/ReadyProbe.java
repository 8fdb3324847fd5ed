package io.tesserae.contract.probe;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** A container's health check: ends with 0 where the service in it is ready, else with 1. */
public final class ReadyProbe {

    private static final int TIMEOUT_MILLIS = 3000;

    private ReadyProbe() {
    }

    /** Takes the address of the readiness page. */
    public static void main(String[] args) {
        String answer = answer(args[0]);
        System.out.println(answer);
        System.exit(answer.startsWith("200") ? 0 : 1);
    }

    /** The page's status, or why there is none. */
    public static String answer(String address) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            return connection.getResponseCode() + " " + connection.getResponseMessage();
        } catch (IOException unreachable) {
            return unreachable.toString();
        }
    }
}
