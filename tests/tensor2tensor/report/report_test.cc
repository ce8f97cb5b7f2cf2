#include "tensor2tensor/report/report.h"

#include <filesystem>

#include "files/atomic_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kMetric[] = R"({"targets": {"t": {"metrics": {"accuracy": {"value": VALUE}}}}})";

std::string EvaluationText(const std::string& split, const std::string& value) {
  std::string metric = kMetric;
  metric.replace(metric.find("VALUE"), 5, value);
  return "{\"split\": \"" + split + "\",\n \"problems\": {\"p\": " + metric + "}}";
}

TEST(WriteReport, ReadsTheRunAndPutsTheTestSplitFirst) {
  const ScratchFolder run;
  run.Write("log.jsonl", "{\"kind\": \"train\", \"step\": 5, \"loss\": {\"p.t\": 1.5}}\n\n");
  run.Write("eval/a_valid.json", EvaluationText("valid", "11.5"));
  run.Write("eval/test.json", EvaluationText("test", "44.5"));
  run.Write("eval/notes.txt", "not JSON");
  ASSERT_TRUE(WriteReport(run.path() + "/").ok());
  const auto html = ReadFile(run / "report.html");
  ASSERT_TRUE(html.ok()) << html.status();
  EXPECT_THAT(*html, AllOf(HasSubstr("<p class=\"big\">44.5<span>"), HasSubstr("<td>11.5 %</td>"),
                           HasSubstr("training: 1.5 at step 5"),
                           HasSubstr(std::filesystem::path(run.path()).filename().string())));
}

TEST(WriteReport, NamesFileAndLineOfWhatIsNotJson) {
  const ScratchFolder run;
  run.Write("log.jsonl", "{\"step\": 1}\n{\"step\": 2}\n{\"step\": 3, \"lo");
  absl::Status status = WriteReport(run.path());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr(run / "log.jsonl:3: not JSON"));

  run.Write("log.jsonl", "{\"step\": 1}\n[2]\n");
  EXPECT_THAT(WriteReport(run.path()).message(), HasSubstr(run / "log.jsonl:2: a JSON array"));

  run.Write("log.jsonl", "");
  run.Write("eval/test.json", "{\n \"split\": \"test\",\n \"step\": oops\n}");
  EXPECT_THAT(WriteReport(run.path()).message(), HasSubstr(run / "eval/test.json:3: not JSON"));
  EXPECT_FALSE(std::filesystem::exists(run / "report.html"));
}

TEST(WriteReport, SaysWhereThereIsNothing) {
  const ScratchFolder run;
  const absl::Status status = WriteReport(run.path());
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr(run.path()));
}

}  // namespace
}  // namespace t2t
