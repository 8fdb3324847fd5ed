package io.tesserae.vision;

import io.tesserae.engines.stage.JourneyHeaders;
import jakarta.enterprise.context.ApplicationScoped;

/** What a call carries of the whole journey, for the calls that it leads to. */
@ApplicationScoped
public class CallerHeaders extends JourneyHeaders {
}
