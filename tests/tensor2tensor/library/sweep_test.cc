// The sweep: every registered name is built at its smallest, trains one step and decodes one step. A name
// that is new and not known here fails: it must be taught.
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modalities/codecs/genetic_code.h"
#include "tests/modalities/codecs/codec_testing.h"
#include "tests/tensor2tensor/library/small_run.h"

namespace t2t {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Variants = std::map<std::string, std::vector<std::string>>;

// How the smallest ones of each name are told: options of the section `model`, or of a port.
const Variants& BodyVariants() {
  static const Variants* const variants =
      new Variants{{"transformer",
                    {"layout: encoder_decoder", "layout: decoder_only", "layout: encoder_only",
                     "layout: encoder_decoder, norm: post, norm_kind: rms, feed_forward: swiglu, "
                     "positions: learned",
                     "layout: decoder_only, positions: sinusoidal, checkpoint_activations: true"}}};
  return *variants;
}
const Variants& AdapterVariants() {
  static const Variants* const variants =
      new Variants{{"tokens", {""}},
                   {"frames", {""}},
                   {"patches", {"stem: linear", "stem: convolution"}},
                   {"spectra", {"stem: linear", "stem: convolution"}}};
  return *variants;
}
// Those of `name`; none, and a failure, for a name that is not known.
std::vector<std::string> VariantsOf(const Variants& variants, const std::string& family,
                                    const std::string& name) {
  const auto found = variants.find(name);
  if (found != variants.end()) return found->second;
  ADD_FAILURE() << "the sweep does not know how to build the " << family << " '" << name
                << "': teach it in sweep_test.cc";
  return {};
}

const Library& All() {
  static const Library* const library = [] {
    auto* all = new Library;
    EXPECT_TRUE(RegisterAll(*all).ok());
    return all;
  }();
  return *library;
}

void BuildTrainDecode(SmallRun& run) {
  const absl::Status status = run.Make();
  ASSERT_TRUE(status.ok()) << status;
  ExpectTrainsAndDecodes(run);
}

Port PortOf(const std::string& modality, const std::string& options) {
  return {.modality = modality, .options = absl::StrCat("{", options, "}")};
}
Port Label() { return PortOf("label", "classes: [yes, no]"); }
Port Text() { return PortOf("text", "vocab: {kind: byte}"); }

// Options of a modality's smallest ports, as its registration tells them; a failure where it tells none.
std::vector<std::string> SmallestPorts(const std::string& modality) {
  std::vector<std::string> smallest = All().modalities.entries().at(modality).value.smallest;
  EXPECT_FALSE(smallest.empty()) << "the registration of '" << modality << "' has no `smallest`";
  return smallest;
}

// The way of a port of these options.
const Way& WayOf(const std::string& name, const std::string& options) {
  const Modality& modality = All().modalities.entries().at(name).value;
  const auto codec = CodecFromYaml(modality.make_codec, absl::StrCat("{", options, "}"));
  EXPECT_TRUE(codec.ok()) << codec.status();
  return modality.WayOf(**codec);
}

// Of each modality the first of its smallest ports whose way `uses`, as (name, options).
template <typename Uses>
std::vector<std::pair<std::string, std::string>> PortsThat(Uses uses) {
  std::vector<std::pair<std::string, std::string>> ports;
  for (const std::string& name : All().modalities.Names()) {
    for (const std::string& options : SmallestPorts(name)) {
      if (!uses(WayOf(name, options))) continue;
      ports.emplace_back(name, options);
      break;
    }
  }
  return ports;
}

class Named : public ::testing::TestWithParam<std::string> {};
std::string NameOf(const ::testing::TestParamInfo<std::string>& name) { return name.param; }

class ProblemSweep : public Named {};
INSTANTIATE_TEST_SUITE_P(All, ProblemSweep, ::testing::ValuesIn(All().problems.Names()), NameOf);

TEST_P(ProblemSweep, TrainsAndDecodes) {
  SmallRun run;
  run.Set(absl::StrCat("problems.", GetParam(), "=1"));
  BuildTrainDecode(run);
}

// The keys of a preset that a run inherits and no part reads, as the dump lists them; nothing where the model is refused.
std::optional<std::set<std::string>> UnreadKeys(SmallRun& run, const std::string& preset) {
  const auto tasks = BindRun(run.library, run.library.problems, run.config, &run.options);
  EXPECT_TRUE(tasks.ok()) << tasks.status();
  if (!BindModel(run.library, *tasks, run.config).ok()) return std::nullopt;
  std::set<std::string> unread;
  const std::string dump = run.config.Dump(true);
  for (const absl::string_view line : absl::StrSplit(dump, '\n')) {
    if (absl::StartsWith(line, "# inherited and not used") &&
        absl::StrContains(line, absl::StrCat("[", preset, ":")))
      unread.emplace(line);
  }
  return unread;
}

class PresetSweep : public Named {
 protected:
  // Says what a preset leaves open.
  static void Complete(SmallRun& run) {
    RunOptions named;
    Binder root = run.config.Root();
    root.Field("problems", &named.problems, "");
    run.config.Restart();
    if (!named.problems.empty()) return;
    run.Set("problems.copy=1");
    run.Set("problems.image_stripes=2");
  }
};
INSTANTIATE_TEST_SUITE_P(All, PresetSweep, ::testing::ValuesIn(All().presets.Names()), NameOf);

TEST_P(PresetSweep, TrainsAndDecodes) {
  SmallRun run(GetParam());
  Complete(run);
  BuildTrainDecode(run);
}

// A key that no part reads is an error of a run's own file only, so that a slip in a preset would go unseen.
TEST_P(PresetSweep, HasNoKeyThatNothingReads) {
  std::set<std::string> unread;
  for (const std::string layout : {"", "encoder_decoder", "decoder_only"}) {
    SmallRun run(GetParam());
    Complete(run);
    if (!layout.empty()) run.Set("model.layout=" + layout);
    const auto own = UnreadKeys(run, GetParam());
    if (layout.empty()) {
      ASSERT_TRUE(own.has_value());
      unread = *own;
      continue;
    }
    if (!own.has_value()) continue;  // a scheme that does not fit this layout
    for (auto it = unread.begin(); it != unread.end();)
      it = own->count(*it) == 0 ? unread.erase(it) : std::next(it);
  }
  EXPECT_THAT(unread, IsEmpty());
}

TEST(Sweep, SeesAKeyOfAPresetThatNothingReads) {
  SmallRun run;
  run.Set("problems.copy=1");
  ASSERT_TRUE(
      run.config.MergeYaml("model: {droput: 0.1, dropout: 0.2}", Origin::kPreset, "slip").ok());
  EXPECT_THAT(*UnreadKeys(run, "slip"), ElementsAre(HasSubstr("model.droput")));
}

class BodySweep : public Named {};
INSTANTIATE_TEST_SUITE_P(All, BodySweep, ::testing::ValuesIn(All().bodies.Names()), NameOf);

// Over text and over labels: what a body cannot do is refused with the port, and it can do something.
TEST_P(BodySweep, TrainsAndDecodes) {
  for (const std::string& options : VariantsOf(BodyVariants(), "body", GetParam())) {
    SCOPED_TRACE(options);
    int built = 0;
    for (const std::string problem : {"copy", "image_stripes"}) {
      SmallRun run;
      run.Set("problems." + problem + "=1");
      run.SetInherited(absl::StrCat("model: {body: ", GetParam(), ", ", options, "}"));
      const absl::Status status = run.Make();
      if (absl::IsInvalidArgument(status)) {
        EXPECT_THAT(std::string(status.message()),
                    AllOf(HasSubstr(problem + "."), HasSubstr("scheme"), HasSubstr("body")));
        continue;
      }
      ASSERT_TRUE(status.ok()) << status;
      ExpectTrainsAndDecodes(run);
      ++built;
    }
    EXPECT_GT(built, 0);
  }
}

TEST(BodySweep, TheTransformerHasThreeLayouts) {
  SmallRun run;
  run.Set("problems.copy=1");
  run.Set("model.layout=none");
  EXPECT_THAT(std::string(run.Make().message()),
              HasSubstr("is not one of encoder_decoder, decoder_only, encoder_only;"));
}

class ModalitySweep : public Named {};
INSTANTIATE_TEST_SUITE_P(All, ModalitySweep, ::testing::ValuesIn(All().modalities.Names()), NameOf);

TEST_P(ModalitySweep, EntersAModelAndLeavesIt) {
  const Modality& modality = All().modalities.entries().at(GetParam()).value;
  int left = 0;
  for (const std::string& options : SmallestPorts(GetParam())) {
    SCOPED_TRACE(options);
    const Way& way = WayOf(GetParam(), options);
    EXPECT_TRUE(!way.adapter.empty() || !way.head.empty()) << "is of no use";
    const Port port = PortOf(GetParam(), options);
    SmallRun input, target;
    input.AddProblem(OneToOne("sweep", port, Label()));
    target.AddProblem(OneToOne("sweep", Text(), port));
    if (way.adapter.empty()) {
      EXPECT_THAT(std::string(input.Make().message()), HasSubstr("cannot be an input yet"));
    } else {
      BuildTrainDecode(input);
    }
    if (way.head.empty()) {
      EXPECT_THAT(std::string(target.Make().message()), HasSubstr("no head yet"));
    } else {
      const absl::Status status = target.Make();
      if (absl::IsInvalidArgument(status)) {  // a way in that no scheme makes, as series are
        EXPECT_THAT(std::string(status.message()), HasSubstr("scheme"));
        continue;
      }
      ASSERT_TRUE(status.ok()) << status;
      ExpectTrainsAndDecodes(target);
      ++left;
    }
  }
  EXPECT_EQ(left > 0, !modality.ids.head.empty() || !modality.frames.head.empty());
}

class AdapterSweep : public Named {};
INSTANTIATE_TEST_SUITE_P(All, AdapterSweep, ::testing::ValuesIn(All().adapters.Names()), NameOf);

TEST_P(AdapterSweep, TrainsAndDecodes) {
  const auto ports = PortsThat([](const Way& way) { return way.adapter == GetParam(); });
  EXPECT_FALSE(ports.empty()) << "no modality enters by it";
  for (const std::string& options : VariantsOf(AdapterVariants(), "adapter", GetParam())) {
    for (const auto& [name, smallest] : ports) {
      SCOPED_TRACE(name + " " + options);
      SmallRun run;
      run.AddProblem(OneToOne(
          "sweep", PortOf(name, absl::StrCat(smallest, options.empty() ? "" : ", ", options)),
          Label()));
      BuildTrainDecode(run);
    }
  }
}

class HeadSweep : public Named {};
INSTANTIATE_TEST_SUITE_P(All, HeadSweep, ::testing::ValuesIn(All().heads.Names()), NameOf);

TEST_P(HeadSweep, TrainsAndDecodes) {
  // A codec may have a head of its own.
  std::vector<std::pair<std::string, std::string>> ports;
  for (const std::string& name : All().modalities.Names()) {
    for (const std::string& options : SmallestPorts(name)) {
      const auto codec = CodecFromYaml(All().modalities.entries().at(name).value.make_codec,
                                       absl::StrCat("{", options, "}"));
      ASSERT_TRUE(codec.ok()) << codec.status();
      const std::string own = (*codec)->head();
      if ((own.empty() ? WayOf(name, options).head : own) == GetParam())
        ports.emplace_back(name, options);
    }
  }
  EXPECT_FALSE(ports.empty()) << "no modality leaves by it";
  for (const auto& [name, options] : ports) {
    for (const std::string tied : {"true", "false"}) {
      SCOPED_TRACE(absl::StrCat(name, ", tied: ", tied));
      SmallRun run;
      run.AddProblem(OneToOne("sweep", Text(), PortOf(name, options)));
      run.Set("model.tie_embeddings=" + tied);
      BuildTrainDecode(run);
    }
  }
}

class SchemeSweep : public Named {};
INSTANTIATE_TEST_SUITE_P(All, SchemeSweep, ::testing::ValuesIn(All().schemes.Names()), NameOf);

TEST_P(SchemeSweep, TrainsAndDecodes) {
  const auto ports = PortsThat([](const Way& way) {
    return std::find(way.schemes.begin(), way.schemes.end(), GetParam()) != way.schemes.end();
  });
  EXPECT_FALSE(ports.empty()) << "it fits no modality";
  for (const auto& [name, options] : ports) {
    SCOPED_TRACE(name);
    Port wanted = PortOf(name, options);
    wanted.scheme = GetParam();
    // Samples of one modality and one number are as long as each other.
    const auto scheme = All().schemes.entries().at(GetParam()).value();
    const bool aligned = scheme->guide() == Scheme::Guide::kAligned;
    if (aligned) wanted.aligned_with = "given";
    SmallRun run;
    if (scheme->reads_inputs()) run.Set("model.layout=encoder_only");
    run.AddProblem(OneToOne("sweep", aligned ? PortOf(name, options) : Text(), wanted));
    BuildTrainDecode(run);
    ASSERT_EQ(run.tasks.size(), 1u);
    EXPECT_EQ(run.tasks[0].targets[0].scheme_name, GetParam());
  }
}

// Of a model that has learned nothing, in every scheme and by every search.
TEST(Constrained, CodonsTranslateToTheirProtein) {
  for (const std::string scheme : {"aligned", "autoregressive"}) {
    SmallRun run;
    Port codons = PortOf("rna", "k: 3");
    codons.scheme = scheme;
    codons.aligned_with = "given";
    run.AddProblem(OneToOne("genes", PortOf("protein", "k: 1"), codons));
    const absl::Status made = run.Make();
    ASSERT_TRUE(made.ok()) << made;
    const Task& task = run.tasks[0];
    std::vector<Example> examples(5);
    const char* const proteins[] = {"MKLWVTRQ", "W", "GATTACAM", "LMV", "VL"};
    for (size_t i = 0; i < examples.size(); ++i) {
      examples[i].key = std::to_string(i);
      examples[i].ports["given"] = proteins[i];
    }
    for (const std::string method : {"greedy", "beam", "sample"}) {
      PredictOptions predict;
      predict.batching = run.options.data.batching;
      predict.batching.examples_per_batch = 2;
      predict.decode.method = method;
      predict.decode.constraint = "translation";
      const auto found = Predict(*run.model, task, "wanted", examples, predict);
      ASSERT_TRUE(found.ok()) << found.status();
      for (size_t i = 0; i < examples.size(); ++i) {
        EXPECT_EQ(TranslateGene((*found)[i].candidates[0].text), proteins[i])
            << scheme << " " << method;
        EXPECT_TRUE((*found)[i].candidates[0].finished) << scheme << " " << method;
      }
    }
  }
}

TEST(Constrained, ATargetThatCannotObeyIsRefusedByTheOptionThatSaysSo) {
  SmallRun run;
  run.AddProblem(OneToOne("echo", Text(), Text()));
  const absl::Status made = run.Make();
  ASSERT_TRUE(made.ok()) << made;
  DecodeChoices choices;
  EXPECT_TRUE(CheckDecoding(run.tasks[0], choices, "constraint").ok());
  choices.usual.constraint = "translation";
  EXPECT_EQ(
      CheckDecoding(run.tasks[0], choices, "constraint").message(),
      "constraint = translation for echo.wanted (ports.echo.wanted.decode.constraint is of one "
      "target alone): is of dna or rna in codons, not of text");
  choices.own["echo.wanted"] = choices.usual;
  EXPECT_EQ(
      CheckDecoding(run.tasks[0], choices, "constraint").message(),
      "ports.echo.wanted.decode.constraint = translation: is of dna or rna in codons, not of text");
  choices.own["echo.wanted"].constraint = "none";
  EXPECT_TRUE(CheckDecoding(run.tasks[0], choices, "constraint").ok());
}

TEST(Sweep, ANameItDoesNotKnowFails) {
  EXPECT_NONFATAL_FAILURE(VariantsOf(BodyVariants(), "body", "recurrent"), "'recurrent'");
  EXPECT_NONFATAL_FAILURE(VariantsOf(AdapterVariants(), "adapter", "graph"), "'graph'");
  SmallRun run;
  Modality smell = run.library.modalities.entries().at("text").value;
  smell.sample = nullptr;
  ASSERT_TRUE(
      run.library.modalities.Add("smell", {.summary = "", .tags = {}, .value = smell}).ok());
  run.AddProblem(OneToOne("sweep", PortOf("smell", "vocab: {kind: byte}"), Label()));
  EXPECT_THAT(std::string(run.Make().message()), HasSubstr("modality 'smell' has no `sample`"));
}

// What the issue calls refused: a target without a head, a scheme that does not fit.
TEST(Refused, ATargetWithoutAHead) {
  SmallRun run;
  Modality smell = run.library.modalities.entries().at("text").value;
  smell.ids.head = "";
  ASSERT_TRUE(
      run.library.modalities.Add("smell", {.summary = "", .tags = {}, .value = smell}).ok());
  run.AddProblem(OneToOne("say", Text(), PortOf("smell", "vocab: {kind: byte}")));
  const absl::Status status = run.Make();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("problem 'say' has the target 'wanted' of modality smell, as "),
                    HasSubstr("which has no head yet: it can be an input only")));
}

// A stem over several patches would show a target what is not decided yet.
TEST(Refused, AStemThatSeesAhead) {
  SmallRun run;
  run.AddProblem(
      OneToOne("paint", Text(), PortOf("image", "size: 16, patch: 8, stem: convolution")));
  EXPECT_THAT(std::string(run.Make().message()),
              AllOf(HasSubstr("ports.paint.wanted.stem"), HasSubstr("choose linear")));
}

TEST(Refused, ADecoderThatNoTargetUses) {
  Port read = Text();
  read.scheme = "ctc";
  SmallRun alone, beside;
  alone.AddProblem(OneToOne("read", Text(), read));
  EXPECT_THAT(std::string(alone.Make().message()),
              AllOf(HasSubstr("every target of read is read off its input"),
                    HasSubstr("choose encoder_only")));
  beside.AddProblem(OneToOne("read", Text(), read));
  beside.AddProblem(OneToOne("write", Text(), Text()));
  BuildTrainDecode(beside);
}

TEST(Refused, ASchemeThatDoesNotFitTheModality) {
  SmallRun run;
  Port text = Text();
  text.scheme = "one_shot";
  run.AddProblem(OneToOne("guess", Text(), text));
  const absl::Status status = run.Make();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("guess.wanted"), HasSubstr("'one_shot'"), HasSubstr("modality text"),
                    HasSubstr("fitting: autoregressive")));
}

TEST(Refused, AnAlignedTargetWithoutAnInputToFollow) {
  Port tags = Text();
  tags.scheme = "aligned";
  SmallRun run;
  run.AddProblem(OneToOne("tag", Text(), tags));
  EXPECT_THAT(std::string(run.Make().message()),
              HasSubstr("tag.wanted: the scheme 'aligned' needs a target that the problem declares "
                        "to be aligned with an input"));
  ProblemSpec spec = OneToOne("tag", Text(), tags);
  spec.targets[0].aligned_with = "nothing";
  SmallRun other;
  other.AddProblem(spec);
  EXPECT_THAT(std::string(other.Make().message()),
              HasSubstr("tag.wanted is aligned with 'nothing', which is no input"));
}

TEST(Refused, AugmentationThatATargetWouldNotFollow) {
  const std::string both = "augment: {reverse_complement: true}";
  Port marks = PortOf("dna", "k: 1");
  marks.scheme = "aligned";
  marks.aligned_with = "given";
  SmallRun guide, target, input;
  guide.AddProblem(OneToOne("marks", PortOf("dna", both), marks));
  EXPECT_THAT(std::string(guide.Make().message()),
              HasSubstr("ports.marks.given.augment: puts units into another order"));
  target.AddProblem(OneToOne("marks", Text(), PortOf("dna", both)));
  EXPECT_THAT(std::string(target.Make().message()), HasSubstr("ports.marks.wanted.augment"));
  SmallRun masked;
  masked.AddProblem(OneToOne("marks", Text(), PortOf("dna", "augment: {mask: 0.1}")));
  EXPECT_THAT(std::string(masked.Make().message()),
              HasSubstr("ports.marks.wanted.augment: takes away"));
  SmallRun faster, read;
  const Port spoken = PortOf("audio", "rate: 8000, bins: 8, augment: {speed: 0.1}");
  faster.AddProblem(OneToOne("marks", spoken, marks));
  EXPECT_THAT(std::string(faster.Make().message()),
              HasSubstr("ports.marks.given.augment: changes the number of units, of which "
                        "marks.wanted has one each"));
  Port letters = Text();
  letters.scheme = "ctc";
  read.Set("model.layout=encoder_only");
  read.AddProblem(OneToOne("letters", spoken, letters));
  EXPECT_EQ(read.Make(), absl::OkStatus());
  input.AddProblem(OneToOne("marks", PortOf("dna", both), Label()));
  EXPECT_TRUE(input.Make().ok());
}

// Patches have no order in time.
TEST(Refused, DurationsAlongAPicture) {
  Port spoken = PortOf("audio", "rate: 8000, bins: 8");
  spoken.scheme = "durations";
  SmallRun run;
  run.AddProblem(OneToOne("tell", PortOf("image", "size: 16, patch: 8"), spoken));
  EXPECT_THAT(std::string(run.Make().message()),
              AllOf(HasSubstr("tell.wanted: the scheme 'durations' goes along 'given' in order"),
                    HasSubstr("has units on a grid")));
}

TEST(Refused, ASchemeThatDoesNotFitTheBody) {
  SmallRun run;
  run.Set("problems.copy=1");
  run.Set("model.layout=encoder_only");
  const absl::Status status = run.Make();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(
      std::string(status.message()),
      AllOf(HasSubstr("copy.copied"), HasSubstr("step by step"), HasSubstr("encoder_only")));
}

TEST(Refused, AProblemWithoutTargetsOrOfUnknownParts) {
  ProblemSpec spec = OneToOne("odd", Text(), Label());
  {
    SmallRun run;
    ProblemSpec none = spec;
    none.targets.clear();
    run.AddProblem(none);
    EXPECT_THAT(std::string(run.Make().message()), HasSubstr("'odd' has no target"));
  }
  {
    SmallRun run;
    ProblemSpec unknown = spec;
    unknown.inputs[0].modality = "txet";
    run.AddProblem(unknown);
    EXPECT_THAT(std::string(run.Make().message()),
                AllOf(HasSubstr("odd.given"), HasSubstr("did you mean 'text'?")));
  }
}

}  // namespace
}  // namespace t2t
