package io.tesserae.gateway.doubles;

import io.tesserae.families.Detail;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.Pixels;
import io.tesserae.families.PromptPiece;
import io.tesserae.families.TileCutter;
import java.util.ArrayList;
import java.util.List;

/**
 * A family simple enough to check by hand: an overview, and for {@code high} one square for each started 1000 pixels a side. Each
 * tile is one pixel: the picture's pixel in the middle of what it shows.
 */
public final class SquaresFamily implements Family {

    static final int SIDE = 1000;

    @Override
    public String name() {
        return "squares";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        return (width, height, detail) -> new Squares(width, height, detail == Detail.AUTO && Math.max(width, height) > 1536
                ? Detail.HIGH : detail, facts.tokensPerTile());
    }

    private record Squares(int width, int height, Detail detail, int tokens) implements PicturePlan {

        private int columns() {
            return (width + SIDE - 1) / SIDE;
        }

        private int rows() {
            return (height + SIDE - 1) / SIDE;
        }

        @Override
        public int tileCount() {
            return detail == Detail.HIGH ? 1 + columns() * rows() : 1;
        }

        @Override
        public List<PromptPiece> layout() {
            List<PromptPiece> pieces = new ArrayList<>();
            pieces.add(new PromptPiece.Text("<"));
            for (int tile = 0; tile < tileCount(); tile++) {
                pieces.add(new PromptPiece.Slot(tile, tokens));
            }
            pieces.add(new PromptPiece.Text(">"));
            return pieces;
        }

        @Override
        public TileCutter cutterOf(Pixels picture) {
            return index -> {
                int x = index == 0 ? width / 2 : Math.min(width - 1, (index - 1) % columns() * SIDE + SIDE / 2);
                int y = index == 0 ? height / 2 : Math.min(height - 1, (index - 1) / columns() * SIDE + SIDE / 2);
                int at = (y * width + x) * 3;
                return new Pixels(1, 1, new byte[] {picture.rgb()[at], picture.rgb()[at + 1], picture.rgb()[at + 2]});
            };
        }
    }
}
