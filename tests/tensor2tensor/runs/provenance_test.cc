#include "tensor2tensor/runs/provenance.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/version.h>

#include <ctime>
#include <thread>

#include "tensor2tensor/library/plugin.h"

namespace t2t {
namespace {

TEST(Provenance, TellsProgramMachineAndLibraries) {
  at::set_num_threads(1);
  const nlohmann::json run = RunProvenance();
  EXPECT_EQ(run.at("version"), T2T_PLUGIN_VERSION);
  EXPECT_FALSE(run.at("revision").get<std::string>().empty());
  EXPECT_FALSE(run.at("processor").get<std::string>().empty());
  EXPECT_EQ(run.at("cores").get<unsigned>(), std::thread::hardware_concurrency());
  EXPECT_EQ(run.at("torch"), TORCH_VERSION);
  EXPECT_THAT(run.at("libraries").get<std::string>(),
              ::testing::MatchesRegex("([A-Za-z0-9-]+ [0-9][0-9.]*(, |$)){8}"));
  EXPECT_EQ(run.at("cpu_capability"), at::get_cpu_capability());
  EXPECT_EQ(run.at("threads"), 1);
  at::set_num_threads(2);
  EXPECT_EQ(RunProvenance().at("threads"), 2);
  at::set_num_threads(1);
}

TEST(Provenance, TheTimeIsNowInUtc) {
  const std::time_t before = std::time(nullptr);
  const std::string text = RunProvenance().at("time");
  std::tm utc{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  ASSERT_NE(end, nullptr) << text;
  EXPECT_EQ(*end, '\0') << text;
  const std::time_t told = timegm(&utc);
  EXPECT_GE(told, before);
  EXPECT_LE(told, std::time(nullptr));
}

}  // namespace
}  // namespace t2t
