package hedgerow.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Lines over a logarithmic axis from zero, as an SVG that reads on light and dark pages.
final class Plot {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 360;
    private static final int LEFT = 60;
    private static final int RIGHT = 200;
    private static final int TOP = 40;
    private static final int BOTTOM = 40;
    private static final List<String> COLOURS =
            List.of("#1f77b4", "#6baed6", "#2ca02c", "#8fd18f", "#d62728", "#f29191");

    /// A point of a line.
    ///
    /// @param x above zero
    record Point(double x, double y) {}

    private record Line(String name, List<Point> points) {}

    private final String title;
    private final String unit;
    private final List<Line> lines = new ArrayList<>();

    Plot(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    void add(String name, List<Point> points) {
        lines.add(new Line(name, points));
    }

    String svg() {
        var svg = new StringBuilder("""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12"
                 fill="#888">
            <text x="%d" y="20" font-size="14">%s: %s</text>
            """.formatted(WIDTH, HEIGHT, LEFT, title, unit));
        for (var mark = 0; mark <= 4; mark++) {
            var value = highest() * mark / 4;
            svg.append("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%,.0f</text>%n"
                    .formatted(LEFT - 8, y(value) + 4, value));
            svg.append("<path d=\"M%d %.1fH%d\" stroke=\"#8884\"/>%n".formatted(LEFT, y(value), WIDTH - RIGHT));
        }
        for (var point : lines.getFirst().points()) {
            svg.append("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,.0f</text>%n"
                    .formatted(x(point.x()), HEIGHT - BOTTOM + 20, point.x()));
        }
        for (var i = 0; i < lines.size(); i++) {
            svg.append(line(lines.get(i), COLOURS.get(i % COLOURS.size()), TOP + 18 * i));
        }
        return svg.append("</svg>\n").toString();
    }

    private String line(Line line, String colour, int legend) {
        var path = line.points().stream()
                .map(point -> "%.1f %.1f".formatted(x(point.x()), y(point.y())))
                .collect(Collectors.joining("L"));
        return """
            <path d="M%s" fill="none" stroke="%s" stroke-width="2"/>
            <path d="M%d %dh20" stroke="%s" stroke-width="2"/><text x="%d" y="%d">%s</text>
            """.formatted(
                        path, colour, WIDTH - RIGHT + 20, legend, colour, WIDTH - RIGHT + 46, legend + 4, line.name());
    }

    private double x(double value) {
        var points = lines.getFirst().points();
        var first = Math.log(points.getFirst().x());
        var width = Math.log(points.getLast().x()) - first;
        return LEFT + 20 + (Math.log(value) - first) / width * (WIDTH - LEFT - RIGHT - 40);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / highest() * (HEIGHT - TOP - BOTTOM);
    }

    private double highest() {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::y)
                .max()
                .orElseThrow();
    }
}
