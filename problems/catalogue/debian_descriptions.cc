#include "problems/catalogue/debian_descriptions.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "problems/catalogue/hashed_split.h"
#include "problems/catalogue/text_pieces.h"
#include "problems/parameters.h"
#include "problems/readers/debian_control.h"
#include "problems/sources/apt_index.h"
#include "problems/sources/source.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

Source Descriptions(const std::string& language) {
  return {.name = absl::StrCat("debian_descriptions_", language),
          .apt_language = language,
          .needs = {TranslationsFile(language)}};
}

// "libpng16-16" and "libpng-dev" are of one family, "libpng"; "7kaa" and "7kaa-data" too.
const char* SplitOf(const std::string& package) {
  const size_t letter = package.find_first_not_of("-.0123456789");
  return HashedSplit("debian", package.substr(0, package.find_first_of("-.0123456789", letter)));
}

bool IsTrain(const char* split) { return absl::string_view(split) == "train"; }

struct Entry {
  std::string package, md5;
  Description description;
};

// Of each description the first package, in the order of the file. Broken stanzas are told to the sink.
absl::StatusOr<std::vector<Entry>> ReadEntries(const std::string& language,
                                               const GenerateOptions& options, ExampleSink& sink) {
  T2T_ASSIGN_OR_RETURN(const std::string folder, FetchSource(Descriptions(language), options));
  const std::string path = absl::StrCat(folder, "/", TranslationsFile(language));
  const std::string field = absl::StrCat("Description-", language);
  T2T_ASSIGN_OR_RETURN(const std::vector<ControlStanza> stanzas, ReadDebianControl(path));
  std::vector<Entry> entries;
  std::set<absl::string_view> seen;
  for (const ControlStanza& stanza : stanzas) {
    const std::string names[] = {"Package", "Description-md5", field};
    const auto missing =
        std::find_if(std::begin(names), std::end(names), [&](const std::string& name) {
          const std::string* value = stanza.Find(name);
          return value == nullptr || value->empty();
        });
    if (missing != std::end(names)) {
      T2T_RETURN_IF_ERROR(
          sink.Broken(absl::StrCat(path, ":", stanza.line),
                      absl::DataLossError(absl::StrCat("the stanza has no '", *missing, "'"))));
      continue;
    }
    const std::string& md5 = *stanza.Find(names[1]);
    if (!seen.insert(md5).second) {
      sink.LeftOut("descriptions equal to one before");
      continue;
    }
    entries.push_back({*stanza.Find(names[0]), md5, ParseDescription(*stanza.Find(field))});
  }
  return entries;
}

Provenance DebianProvenance(const char* size) {
  return {
      .source = "descriptions of packages, from apt's Translation indexes (they change by nature)",
      .licence = "each package's own; the translations as Debian's DDTP says",
      .size = size};
}

class TranslateDebian : public Problem {
 public:
  TranslateDebian(std::string name, std::string parameters, std::string language, bool paragraphs)
      : name_(std::move(name)),
        parameters_(std::move(parameters)),
        language_(std::move(language)),
        paragraphs_(paragraphs) {}

  ProblemSpec Spec() const override {
    constexpr const char* kVocabulary = "vocab: {kind: sentencepiece, size: 8000}";
    ProblemSpec spec;
    spec.name = name_;
    spec.parameters = parameters_;
    spec.summary = absl::StrCat(paragraphs_ ? "paragraphs" : "one-line summaries",
                                " about packages, from English to ", language_);
    spec.inputs = {
        {.name = "english", .modality = "text", .options = kVocabulary, .language = "en"}};
    spec.targets = {{.name = "translation",
                     .modality = "text",
                     .options = kVocabulary,
                     .metrics = {"chrf", "bleu"},
                     .language = language_}};
    spec.provenance = DebianProvenance("6 MB for English, 0.03 to 5.3 MB for another language");
    spec.sources = {Descriptions("en").name, Descriptions(language_).name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::vector<Entry> english, ReadEntries("en", options, sink));
    T2T_ASSIGN_OR_RETURN(const std::vector<Entry> others, ReadEntries(language_, options, sink));
    std::map<absl::string_view, const Entry*> by_md5;
    for (const Entry& entry : english) by_md5.emplace(entry.md5, &entry);
    std::vector<Pair> pairs;
    std::set<std::pair<absl::string_view, absl::string_view>> seen;
    std::set<absl::string_view> trained;  // English texts
    for (const Entry& other : others) {
      const auto found = by_md5.find(other.md5);
      if (found == by_md5.end()) {
        sink.LeftOut("translations whose English is not there");
        continue;
      }
      const char* split = SplitOf(found->second->package);
      const auto source = PartsOf(found->second->description);
      const auto target = PartsOf(other.description);
      if (source.size() != target.size()) {
        sink.LeftOut("translations of more or fewer paragraphs");
        continue;
      }
      for (size_t i = 0; i < source.size(); ++i) {
        if (source[i].empty() || target[i].empty() || source[i] == target[i]) {
          sink.LeftOut("pairs that are not translated");
          continue;
        }
        if (!seen.emplace(source[i], target[i]).second) {  // many packages say the same
          sink.LeftOut("pairs equal to one before");
          continue;
        }
        if (IsTrain(split)) trained.insert(source[i]);
        pairs.push_back({absl::StrCat(other.package, paragraphs_ ? absl::StrCat(":", i + 1) : ""),
                         split, source[i], target[i]});
      }
    }
    for (Pair& pair : pairs) {
      if (!IsTrain(pair.split) && trained.count(pair.source) > 0) {
        sink.LeftOut("pairs to hold out whose English is in training");
        continue;
      }
      Example example;
      example.key = std::move(pair.key);
      example.ports["english"] = std::string(pair.source);
      example.ports["translation"] = std::string(pair.target);
      T2T_RETURN_IF_ERROR(sink.Add(pair.split, std::move(example)));
    }
    return absl::OkStatus();
  }

 private:
  struct Pair {
    std::string key;
    const char* split;
    absl::string_view source, target;
  };

  std::vector<absl::string_view> PartsOf(const Description& description) const {
    if (!paragraphs_) return {description.summary};
    return {description.paragraphs.begin(), description.paragraphs.end()};
  }

  std::string name_, parameters_, language_;
  bool paragraphs_;
};

// Shorter paragraphs are phrases that all packages use.
constexpr size_t kLongParagraph = 100;

std::vector<std::string> Pieces(const Description& description) {
  std::vector<std::string> pieces = {description.summary};
  for (const std::string& paragraph : description.paragraphs) AddToPieces(paragraph, &pieces);
  return pieces;
}

class LmDebian : public Problem {
 public:
  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = "lm_debian";
    spec.summary = "a language model of what Debian says of its packages";
    spec.targets = {{.name = "text",
                     .modality = "text",
                     .options = "vocab: {kind: sentencepiece, size: 8000}",
                     .metrics = {"bits_per_character"},
                     .language = "en"}};
    spec.provenance = DebianProvenance("6 MB");
    spec.sources = {Descriptions("en").name};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    T2T_ASSIGN_OR_RETURN(const std::vector<Entry> english, ReadEntries("en", options, sink));
    std::set<absl::string_view> trained;  // long paragraphs
    for (const Entry& entry : english) {
      if (!IsTrain(SplitOf(entry.package))) continue;
      for (const std::string& paragraph : entry.description.paragraphs) {
        if (paragraph.size() >= kLongParagraph) trained.insert(paragraph);
      }
    }
    for (const Entry& entry : english) {
      const std::vector<std::string>& paragraphs = entry.description.paragraphs;
      const char* split = SplitOf(entry.package);
      if (!IsTrain(split) &&
          std::any_of(paragraphs.begin(), paragraphs.end(),
                      [&](const std::string& text) { return trained.count(text) > 0; })) {
        sink.LeftOut("descriptions to hold out of which a paragraph is in training");
        continue;
      }
      int64_t number = 0;
      for (std::string& piece : Pieces(entry.description)) {
        Example example;
        example.key = absl::StrCat(entry.package, number == 0 ? "" : absl::StrCat(":", number));
        ++number;
        example.ports["text"] = std::move(piece);
        T2T_RETURN_IF_ERROR(sink.Add(split, std::move(example)));
      }
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeTranslateDebian(const ProblemParameters& parameters) {
  std::string language = "it", part = "summary";
  ParameterReader reader(parameters);
  reader.Language("lang", &language);
  reader.Choice("part", &part, {"summary", "paragraphs"});
  T2T_RETURN_IF_ERROR(reader.Finish());
  if (language == "en") {
    return absl::InvalidArgumentError(
        "lang=en: translates from English, so it must be another language, such as it, fr, de, da");
  }
  return std::make_unique<TranslateDebian>(InstanceName("translate_debian", parameters),
                                           reader.Describe(), language, part == "paragraphs");
}

absl::StatusOr<std::unique_ptr<Problem>> MakeLmDebian(const ProblemParameters& parameters) {
  T2T_RETURN_IF_ERROR(ParameterReader(parameters).Finish());
  return std::make_unique<LmDebian>();
}

}  // namespace t2t
