#include "modalities/codecs/text_codec.h"

#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/character_vocabulary.h"
#include "modalities/codecs/option_error.h"
#include "modalities/codecs/subtoken_vocabulary.h"
#include "modalities/codecs/subword_vocabulary.h"
#include "modalities/codecs/utf8.h"
#include "modalities/codecs/word_vocabulary.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class TextCodec : public Codec {
 public:
  explicit TextCodec(std::unique_ptr<TextVocabulary> vocabulary)
      : vocabulary_(std::move(vocabulary)) {}

  bool needs_learning() const override { return vocabulary_->needs_learning(); }

  absl::Status Learn(const ValueStream& values) override {
    return vocabulary_->Learn([&]() -> absl::StatusOr<std::optional<std::string>> {
      T2T_ASSIGN_OR_RETURN(std::optional<Value> value, values());
      if (!value.has_value()) return std::nullopt;
      T2T_RETURN_IF_ERROR(CheckText(*value));
      return value->bytes();
    });
  }
  absl::Status Load(const CodecFiles& files) override { return vocabulary_->Load(files); }
  CodecFiles Files() const override { return vocabulary_->Files(); }

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    T2T_RETURN_IF_ERROR(CheckText(value));
    T2T_RETURN_IF_ERROR(CheckReady());
    Units units;
    units.ids = vocabulary_->Encode(value.bytes());
    units.raw_units = static_cast<int64_t>(value.bytes().size());
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    T2T_RETURN_IF_ERROR(CheckReady());
    if (units.frame_width != 0) {
      return absl::InvalidArgumentError("text is made of ids, not of frames of numbers");
    }
    for (int64_t id : units.ids) {
      if (id < 0 || id >= vocabulary_->size()) {
        return absl::InvalidArgumentError(
            absl::StrCat("id ", id, " is outside of the vocabulary of ", vocabulary_->size()));
      }
    }
    return Value(vocabulary_->Decode(units.ids));
  }

  std::string Show(const Value& value) const override {
    return value.is_bytes() ? Utf8Repaired(value.bytes()) : "(numbers)";
  }
  int64_t vocabulary_size() const override { return vocabulary_->size(); }
  bool is_fallback(int64_t id) const override { return vocabulary_->is_fallback(id); }
  bool reversible() const override { return vocabulary_->reversible(); }
  std::string raw_unit() const override { return "byte"; }
  int64_t bytes_per_raw_unit() const override { return 1; }
  std::string Describe() const override { return vocabulary_->Describe(); }

 private:
  static absl::Status CheckText(const Value& value) {
    if (value.is_bytes()) return absl::OkStatus();
    return absl::InvalidArgumentError("a text is expected, not numbers");
  }
  absl::Status CheckReady() const {
    if (vocabulary_->size() > 0) return absl::OkStatus();
    return absl::FailedPreconditionError("the text has no vocabulary yet: learn or load it first");
  }

  std::unique_ptr<TextVocabulary> vocabulary_;
};

struct Limits {
  int64_t size = 8000;
  int64_t min_count = 1;
};

absl::Status BindLimits(Binder& vocab, int64_t least, Limits* limits) {
  vocab.Field("size", &limits->size, "most ids of the vocabulary");
  vocab.Field("min_count", &limits->min_count, "what is seen less often in training gets no id");
  if (limits->size < least || limits->size > 10'000'000) {
    return OptionError(vocab, "size", absl::StrCat("must be from ", least, " to 10000000"));
  }
  if (limits->min_count < 1) return OptionError(vocab, "min_count", "must be 1 or more");
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<TextVocabulary>> MakeSubwords(Binder& vocab) {
  SentencePieceOptions options;
  double character_coverage = 0.9995;
  int64_t sample_bytes = 8'000'000;
  vocab.Field("size", &options.size, "most pieces of the vocabulary, with 256 bytes");
  vocab.Choice("model", &options.model, {"unigram", "bpe"}, "how SentencePiece cuts");
  vocab.Field("character_coverage", &character_coverage,
              "share of characters that get a piece; the others are spelt in bytes");
  vocab.Field("sample_bytes", &sample_bytes, "most bytes of training text that are learned from");
  constexpr int64_t kMost = 1'000'000;
  if (options.size < SubwordVocabulary::kLeastSize || options.size > kMost) {
    return OptionError(vocab, "size",
                       absl::StrCat("must be from ", SubwordVocabulary::kLeastSize,
                                    " (256 bytes and a few "
                                    "pieces) to ",
                                    kMost));
  }
  if (!(character_coverage > 0 && character_coverage <= 1)) {
    return OptionError(vocab, "character_coverage", "must be above 0 and at most 1");
  }
  if (sample_bytes < 1000 || sample_bytes > 1'000'000'000) {
    return OptionError(vocab, "sample_bytes", "must be from 1000 to 1000000000");
  }
  return std::make_unique<SubwordVocabulary>(options, character_coverage, sample_bytes);
}

absl::StatusOr<std::unique_ptr<TextVocabulary>> MakeVocabulary(Binder vocab) {
  std::string kind = "sentencepiece";
  vocab.Choice("kind", &kind, {"byte", "char", "word", "sentencepiece", "subwords"},
               "what an id stands for");
  if (kind == "byte") return std::make_unique<ByteVocabulary>();
  std::string file;
  vocab.Field("file", &file, "a foreign vocabulary that is taken instead of learning one");
  // A foreign vocabulary leaves nothing to choose: the other options are then not read.
  Limits limits;
  if (kind == "sentencepiece") {
    if (!file.empty()) return std::make_unique<SubwordVocabulary>(file);
    return MakeSubwords(vocab);
  }
  if (kind == "subwords") {
    if (file.empty())
      return OptionError(vocab, "file", "must name a vocabulary of Tensor2Tensor; none is learned");
    return std::make_unique<SubtokenVocabulary>(file);
  }
  if (file.empty()) {
    T2T_RETURN_IF_ERROR(BindLimits(vocab, kind == "char" ? 256 : 2, &limits));
  }
  if (kind == "char") {
    return std::make_unique<CharacterVocabulary>(limits.size, limits.min_count, file);
  }
  return std::make_unique<WordVocabulary>(limits.size, limits.min_count, file);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Codec>> MakeTextCodec(Binder& options) {
  T2T_ASSIGN_OR_RETURN(std::unique_ptr<TextVocabulary> vocabulary,
                       MakeVocabulary(options.Section("vocab")));
  T2T_RETURN_IF_ERROR(options.status());
  return std::make_unique<TextCodec>(std::move(vocabulary));
}

absl::StatusOr<Value> SampleText(const Codec&, int64_t number) {
  static constexpr const char* kTexts[] = {"to be", "or", "not to be", "that is", "the question"};
  return Value(kTexts[static_cast<size_t>(number) % std::size(kTexts)]);
}

}  // namespace t2t
