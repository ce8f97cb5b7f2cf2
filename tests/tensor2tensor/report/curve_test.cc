#include "tensor2tensor/report/curve.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace t2t {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(RoundTicks, CoverTheRangeWithRoundNumbers) {
  EXPECT_THAT(RoundTicks(0, 10, 5), ElementsAre(0, 2, 4, 6, 8, 10));
  EXPECT_THAT(RoundTicks(0, 1200, 5), ElementsAre(0, 250, 500, 750, 1000, 1250));
  EXPECT_THAT(RoundTicks(0.3, 3.4, 4), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(RoundTicks(-0.02, 0.03, 5),
              ElementsAre(DoubleEq(-0.02), DoubleEq(-0.01), 0, DoubleEq(0.01), DoubleEq(0.02),
                          DoubleEq(0.03)));
}

TEST(RoundTicks, WidensAnEmptyRange) {
  for (double value : {0.0, 5.0, -3.0, 1e-8, 1e12}) {
    const std::vector<double> ticks = RoundTicks(value, value, 4);
    ASSERT_GE(ticks.size(), 2u) << value;
    EXPECT_LT(ticks.front(), ticks.back()) << value;
    EXPECT_LE(ticks.front(), value);
    EXPECT_GE(ticks.back(), value);
  }
  EXPECT_EQ(RoundTicks(10, 0, 5), RoundTicks(0, 10, 5));
}

TEST(Thinned, MeansOfEqualPartsAndTheirEnds) {
  std::vector<CurvePoint> points;
  for (int i = 0; i < 10; ++i) points.push_back({1.0 * i, 2.0 * i, 2.0 * i, 2.0 * i});
  const std::vector<CurvePoint> thinned = Thinned(points, 5);
  ASSERT_EQ(thinned.size(), 5u);
  EXPECT_DOUBLE_EQ(thinned[0].x, 0.5);
  EXPECT_DOUBLE_EQ(thinned[0].y, 1);
  EXPECT_DOUBLE_EQ(thinned[4].low, 16);
  EXPECT_DOUBLE_EQ(thinned[4].high, 18);
  EXPECT_EQ(Thinned(points, 10).size(), 10u);
}

// The plot lies between x 52 and 466 and y 220 (bottom) and 12 (top) of its view box.
TEST(CurveSvg, PutsPointsWhereTheAxesSay) {
  const std::string svg = CurveSvg({.title = "Loss", .from_zero = true},
                                   {{.name = "training", .points = {{0, 0}, {5, 2}, {10, 4}}}});
  EXPECT_THAT(svg, HasSubstr("<polyline points=\"52.0,220.0 259.0,116.0 466.0,12.0 \"/>"));
  EXPECT_THAT(svg, HasSubstr("aria-label=\"Loss. training: 0 at step 0, 4 at step 10. \""));
  EXPECT_THAT(svg, Not(HasSubstr("legend")));  // the title says it
}

TEST(CurveSvg, DrawsBandsMarksAndALegend) {
  const std::string svg = CurveSvg(
      {.title = "<Loss>", .from_zero = true},
      {{.name = "a&b", .points = {{0, 0}, {10, 4}}},
       {.name = "valid", .points = {{0, 1, 0, 2}, {10, 3, 2, 4}}, .marked = true, .band = true}});
  EXPECT_THAT(
      svg,
      HasSubstr(
          "<polygon class=\"band\" points=\"52.0,116.0 466.0,12.0 466.0,116.0 52.0,220.0 \"/>"));
  EXPECT_THAT(svg, HasSubstr("<circle cx=\"52.0\" cy=\"168.0\" r=\"3\"/>"));
  EXPECT_THAT(svg, HasSubstr("a&amp;b</li>"));
  EXPECT_THAT(svg, HasSubstr("<b>&lt;Loss&gt;</b>"));
}

TEST(CurveSvg, IsEmptyWithoutPoints) {
  EXPECT_EQ(CurveSvg({.title = "Loss"}, {{.name = "training"}}), "");
}

TEST(CurveSvg, StaysSmall) {
  CurveSeries series{.name = "training"};
  for (int i = 0; i < 100000; ++i) series.points.push_back({1.0 * i, 1, 1, 1});
  EXPECT_LT(CurveSvg({.title = "Loss"}, {series}).size(), 10000u);
}

}  // namespace
}  // namespace t2t
