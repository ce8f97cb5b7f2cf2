#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tensor2tensor/evaluation/metrics/metric.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/library/presets.h"

namespace t2t {
namespace {

using ::testing::IsSupersetOf;

class RegistriesTest : public ::testing::Test {
 protected:
  RegistriesTest() { EXPECT_TRUE(RegisterAll(library_).ok()); }
  Library library_;
};

TEST_F(RegistriesTest, HoldWhatTheDocumentsName) {
  EXPECT_THAT(
      library_.problems.Names(),
      IsSupersetOf({"addition", "caption_emoji", "caption_tuxpaint", "copy", "g2p_cmudict",
                    "image_fashion_mnist", "protein_to_mrna_kaptive", "protein_to_text_prokka",
                    "reverse", "rna16s_phylum", "speech_asterisk_en", "splice_dna"}));
  EXPECT_THAT(library_.modalities.Names(),
              IsSupersetOf({"audio", "dna", "image", "label", "protein", "rna", "text", "vector"}));
  EXPECT_THAT(library_.bodies.Names(), IsSupersetOf({"transformer"}));
  EXPECT_THAT(library_.schemes.Names(), IsSupersetOf({"aligned", "autoregressive", "one_shot"}));
  EXPECT_THAT(library_.adapters.Names(), IsSupersetOf({"frames", "patches", "spectra", "tokens"}));
  EXPECT_THAT(library_.heads.Names(), IsSupersetOf({"categorical"}));
  EXPECT_THAT(library_.presets.Names(),
              IsSupersetOf({"quickstart", "transformer_base", "transformer_big",
                            "transformer_small", "transformer_tiny"}));
}

template <typename T>
void ExpectSummaries(const Registry<T>& registry) {
  for (const auto& [name, entry] : registry.entries()) {
    EXPECT_FALSE(entry.summary.empty()) << registry.family() << " " << name;
    EXPECT_EQ(entry.summary.find('\n'), std::string::npos) << registry.family() << " " << name;
  }
}

TEST_F(RegistriesTest, EveryEntryHasOneLineOfSummary) {
  ExpectSummaries(library_.problems);
  ExpectSummaries(library_.modalities);
  ExpectSummaries(library_.bodies);
  ExpectSummaries(library_.schemes);
  ExpectSummaries(library_.adapters);
  ExpectSummaries(library_.heads);
  ExpectSummaries(library_.presets);
}

TEST_F(RegistriesTest, TwiceIsAnError) {
  EXPECT_EQ(RegisterAll(library_).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(RegistriesTest, ModalitiesNameRegisteredParts) {
  for (const auto& [name, entry] : library_.modalities.entries()) {
    SCOPED_TRACE(name);
    for (const Way* way : {&entry.value.ids, &entry.value.frames}) {
      if (!way->adapter.empty()) {
        EXPECT_TRUE(library_.adapters.Find(way->adapter).ok());
      }
      EXPECT_EQ(way->head.empty(), way->schemes.empty());
      EXPECT_EQ(way->head.empty(), way->metrics.empty());
      if (!way->head.empty()) {
        EXPECT_TRUE(library_.heads.Find(way->head).ok());
      }
      for (const std::string& scheme : way->schemes)
        EXPECT_TRUE(library_.schemes.Find(scheme).ok()) << scheme;
      for (const std::string& metric : way->metrics) EXPECT_TRUE(MakeMetric(metric).ok()) << metric;
    }
  }
}

TEST_F(RegistriesTest, ProblemsNameRegisteredPartsAndThemselves) {
  for (const std::string& name : library_.problems.Names()) {
    SCOPED_TRACE(name);
    const auto problem = MakeProblem(library_.problems, name);
    ASSERT_TRUE(problem.ok()) << problem.status();
    const ProblemSpec spec = (*problem)->Spec();
    EXPECT_EQ(spec.name, name);
    EXPECT_FALSE(spec.summary.empty());
    EXPECT_FALSE(spec.provenance.source.empty());
    EXPECT_FALSE(spec.provenance.licence.empty());
    EXPECT_GE(spec.targets.size(), 1u);
    std::set<std::string> ports;
    for (const auto* side : {&spec.inputs, &spec.targets}) {
      for (const Port& port : *side) {
        EXPECT_TRUE(IsSnakeCase(port.name)) << port.name;
        EXPECT_TRUE(ports.insert(port.name).second) << port.name << " is there twice";
        EXPECT_TRUE(library_.modalities.Find(port.modality).ok()) << port.modality;
        for (const std::string& metric : port.metrics)
          EXPECT_TRUE(MakeMetric(metric).ok()) << metric;
      }
    }
  }
}

TEST_F(RegistriesTest, PresetsAreThoseThatWereCompiledIn) {
  for (const Preset& preset : BuiltInPresets())
    EXPECT_EQ((*library_.presets.Find(preset.name))->value, preset.yaml) << preset.name;
  EXPECT_EQ(BuiltInPresets().size(), library_.presets.Names().size());
}

// `t2t describe NAME` takes either.
TEST_F(RegistriesTest, NoPresetHasTheNameOfAProblem) {
  for (const std::string& preset : library_.presets.Names())
    EXPECT_FALSE(library_.problems.Find(preset).ok()) << preset;
}

}  // namespace
}  // namespace t2t
