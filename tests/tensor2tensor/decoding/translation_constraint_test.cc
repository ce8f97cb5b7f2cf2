#include "tensor2tensor/decoding/translation_constraint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/register_modalities.h"
#include "tensor2tensor/models/register_models.h"

namespace t2t {
namespace {

using ::testing::HasSubstr;

class TranslationConstraintTest : public ::testing::Test {
 protected:
  TranslationConstraintTest() {
    EXPECT_TRUE(RegisterModalities(modalities_).ok());
    EXPECT_TRUE(RegisterSchemes(schemes_).ok());
  }
  // A protein, or what is said instead, to what is wanted.
  Task MakeTask(Port wanted, Port given = {.modality = "protein"}) {
    given.name = "given";
    wanted.name = "wanted";
    ProblemSpec spec;
    spec.name = "genes";
    spec.inputs = {given};
    spec.targets = {wanted};
    Config config;
    auto task = t2t::MakeTask(spec, modalities_, schemes_, config);
    EXPECT_TRUE(task.ok()) << task.status();
    return *std::move(task);
  }
  static Port Codons(const std::string& modality = "rna") {
    return {.modality = modality, .options = "k: 3", .aligned_with = "given"};
  }
  static std::string Refusal(const Task& task) {
    return std::string(TranslationConstraint::Make(task, task.targets[0]).status().message());
  }
  Registry<Modality> modalities_{"modality"};
  Registry<SchemeFactory> schemes_{"scheme"};
};

// The codons of NCBI's table 11, by hand.
TEST_F(TranslationConstraintTest, AResidueAllowsItsCodons) {
  for (const std::string modality : {"rna", "dna"}) {
    const Task task = MakeTask(Codons(modality));
    const auto made = TranslationConstraint::Make(task, task.targets[0]);
    ASSERT_TRUE(made.ok()) << made.status();
    TranslationConstraint& constraint = **made;
    const Codec& protein = *task.inputs[0].codec;
    const Codec& codons = *task.targets[0].codec;
    std::vector<Units> proteins;
    for (const char* letters : {"W", "MWLMX*BUO", "LV", "VL", "IL", "XX"})
      proteins.push_back(*protein.Encode(Value(letters), {}));
    std::vector<const Units*> rows;
    for (const Units& units : proteins) rows.push_back(&units);
    constraint.SetRows(rows);
    const auto allowed = [&](int64_t row, size_t place) {
      std::set<std::string> names;
      const auto ids = constraint.Allowed(row, std::vector<int64_t>(place, 0));
      for (const int64_t id : *ids) {
        Units units;
        units.ids = {id};
        names.insert(id == codons.vocabulary_size() ? "end" : codons.Decode(units)->bytes());
      }
      return names;
    };
    const auto read = [&](std::set<std::string> names) {
      std::set<std::string> in_alphabet;
      for (std::string name : names) {
        for (char& base : name) base = modality == "rna" && base == 'T' ? 'U' : base;
        in_alphabet.insert(name);
      }
      return in_alphabet;
    };
    EXPECT_EQ(allowed(0, 0), read({"TGG"}));
    EXPECT_EQ(allowed(0, 1), (std::set<std::string>{"end"}));
    EXPECT_EQ(allowed(1, 0), read({"ATG", "GTG", "TTG", "CTG", "ATT", "ATC", "ATA"}));
    EXPECT_EQ(allowed(1, 2), read({"TTA", "TTG", "CTT", "CTC", "CTA", "CTG"}));
    EXPECT_EQ(allowed(1, 3), read({"ATG"}));
    EXPECT_EQ(allowed(1, 4).size(), 61u);  // X: nobody knows, but no stop
    EXPECT_EQ(allowed(1, 5), read({"TAA", "TAG", "TGA"}));
    EXPECT_EQ(allowed(1, 6), read({"GAT", "GAC", "AAT", "AAC"}));  // B: D or N
    EXPECT_EQ(allowed(1, 7), read({"TGA"}));                       // U: selenocysteine
    EXPECT_EQ(allowed(1, 8), read({"TAG"}));                       // O: pyrrolysine
    EXPECT_EQ(allowed(1, 9), (std::set<std::string>{"end"}));
    // What may begin a protein would be read as M.
    EXPECT_EQ(allowed(2, 0), read({"TTA", "CTT", "CTC", "CTA"}));
    EXPECT_EQ(allowed(2, 1), read({"GTT", "GTC", "GTA", "GTG"}));
    EXPECT_EQ(allowed(3, 0), read({"GTT", "GTC", "GTA"}));
    EXPECT_EQ(allowed(4, 0), read({"ATT", "ATC", "ATA"}));
    EXPECT_EQ(allowed(5, 0).size(), 61u);
  }
}

TEST_F(TranslationConstraintTest, RefusesATargetThatIsNoCodonsOfAProtein) {
  EXPECT_EQ(Refusal(MakeTask({.modality = "text", .options = "vocab: {kind: byte}"})),
            "is of dna or rna in codons, not of text");
  Port bases = Codons();
  bases.options = "k: 1";
  EXPECT_THAT(Refusal(MakeTask(bases)),
              HasSubstr("needs codons (k: 3), but the target is RNA, an id a base"));
  Port blanks = Codons();
  blanks.scheme = "ctc";
  EXPECT_THAT(Refusal(MakeTask(blanks)), HasSubstr("'ctc' leaves no place"));
  Port apart = Codons();
  apart.aligned_with = "";
  EXPECT_THAT(Refusal(MakeTask(apart)), HasSubstr("does not declare the target to be aligned"));
  EXPECT_THAT(Refusal(MakeTask(Codons(), {.modality = "dna"})),
              HasSubstr("to be aligned with a protein"));
  EXPECT_THAT(Refusal(MakeTask(Codons(), {.modality = "protein", .options = "k: 2"})),
              HasSubstr("needs residues, but given is protein in 2-mers"));
}

}  // namespace
}  // namespace t2t
