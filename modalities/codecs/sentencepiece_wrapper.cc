#include "modalities/codecs/sentencepiece_wrapper.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <protozero/pbf_reader.hpp>
#include <unordered_map>
#include <utility>

// libsentencepiece and LibTorch's libc10 both export a variable of this name, an object of 32 bytes
// and an int, and the loader gives both libraries the first one that it finds. In libc10's four
// bytes SentencePiece's object would overwrite what follows, among it a flag by which LibTorch
// aborts where it should throw. Ours is found before either, and has room for both.
extern "C" {
extern char FLAGS_minloglevel[64];
alignas(16) char FLAGS_minloglevel[64];
}

namespace t2t {
namespace {

const std::string kSpace = "\xE2\x96\x81";  // U+2581

// A protobuf message is merged with what is appended to its bytes: ModelProto.normalizer_spec (3)
// with add_dummy_prefix (3) and remove_extra_whitespaces (4) set anew.
const std::string kSpaceInFront("\x1A\x02\x18\x01", 4);
const std::string kKeepSpaces("\x1A\x04\x18\x00\x20\x00", 6);

class Sentences : public sentencepiece::SentenceIterator {
 public:
  Sentences(const std::vector<std::string>& sentences, size_t times)
      : sentences_(sentences), left_(sentences.size() * times) {}
  bool done() const override { return left_ == 0; }
  void Next() override { --left_; }
  const std::string& value() const override { return sentences_[(left_ - 1) % sentences_.size()]; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  const std::vector<std::string>& sentences_;
  size_t left_;
};

struct ModelFacts {
  bool normalizes = false, wants_space = true, escapes_spaces = true;
  bool unigram = true, spaces_behind = false, byte_fallback = false;
  bool all_plain = true;  // no piece is user-defined or unused
};

// Calls field(reader) at each field of the message; the callback reads or skips it.
template <typename Field>
void ForEachField(protozero::pbf_reader message, Field field) {
  while (message.next()) field(message);
}

// Reads what the processor does not tell; throws protozero::exception on damaged bytes.
ModelFacts ReadFacts(const std::string& model) {
  using protozero::pbf_reader;
  constexpr uint32_t kPieces = 1, kTrainer = 2, kNormalizer = 3;
  constexpr int32_t kUnigram = 1, kUserDefined = 4, kUnused = 5;
  ModelFacts facts;
  ForEachField(pbf_reader(model), [&](pbf_reader& field) {
    if (field.wire_type() != protozero::pbf_wire_type::length_delimited) return field.skip();
    if (field.tag() == kPieces) {
      ForEachField(field.get_message(), [&](pbf_reader& piece) {
        if (piece.tag() != 3) return piece.skip();
        const int32_t type = piece.get_enum();
        if (type == kUserDefined || type == kUnused) facts.all_plain = false;
      });
    } else if (field.tag() == kTrainer) {
      ForEachField(field.get_message(), [&](pbf_reader& spec) {
        if (spec.tag() == 3) {
          facts.unigram = spec.get_enum() == kUnigram;
        } else if (spec.tag() == 24) {
          facts.spaces_behind = spec.get_bool();
        } else if (spec.tag() == 35) {
          facts.byte_fallback = spec.get_bool();
        } else {
          spec.skip();
        }
      });
    } else if (field.tag() == kNormalizer) {
      ForEachField(field.get_message(), [&](pbf_reader& spec) {
        if (spec.tag() == 2) {
          facts.normalizes = spec.get_view().size() > 0;
        } else if (spec.tag() == 3) {
          facts.wants_space = spec.get_bool();
        } else if (spec.tag() == 5) {
          facts.escapes_spaces = spec.get_bool();
        } else {
          spec.skip();
        }
      });
    } else {
      field.skip();
    }
  });
  return facts;
}

// Whether a space stands behind another character.
bool HasInnerSpace(const std::string& text) {
  const size_t begin = text.find_first_not_of(' ');
  return begin != std::string::npos && text.find(' ', begin) != std::string::npos;
}

}  // namespace

struct SentencePieceModel::Processor {
  sentencepiece::SentencePieceProcessor processor;
};

SentencePieceModel::SentencePieceModel() = default;
SentencePieceModel::~SentencePieceModel() = default;

std::string SentencePieceModel::Train(const SentencePieceOptions& options,
                                      const std::vector<std::string>& sentences,
                                      std::string* error) {
  size_t bytes = 0;
  for (const std::string& sentence : sentences) bytes += sentence.size();
  if (bytes == 0) {
    *error = "there is no text to learn a vocabulary from";
    return "";
  }
  // Expectation-maximisation drops every piece expected less than half a time, and aborts when none
  // is left. A piece has at most 16 characters, so that a text of L characters has at most 16 L
  // candidates and at least L/16 pieces: with every sentence 128 times, one of them stays. More
  // text needs it less.
  const size_t times = options.model == "unigram" ? std::clamp<size_t>(500'000 / bytes, 1, 128) : 1;
  Sentences iterator(sentences, times);
  const std::unordered_map<std::string, std::string> arguments = {
      {"model_type", options.model},
      {"vocab_size", std::to_string(options.size)},
      {"hard_vocab_limit", "false"},
      {"character_coverage", "1.0"},
      {"byte_fallback", "true"},
      {"normalization_rule_name", "identity"},
      {"add_dummy_prefix", "false"},
      {"remove_extra_whitespaces", "false"},
      {"allow_whitespace_only_pieces", "true"},
      {"unk_id", "0"},
      {"bos_id", "-1"},
      {"eos_id", "-1"},
      {"pad_id", "-1"},
      {"num_threads", "1"},
      {"input_sentence_size", "0"},
      {"minloglevel", "2"}};
  std::string model;
  const auto status = sentencepiece::SentencePieceTrainer::Train(arguments, &iterator, &model);
  if (!status.ok()) {
    *error = "SentencePiece: " + std::string(status.message());
    return "";
  }
  return model + kSpaceInFront;
}

std::unique_ptr<SentencePieceModel> SentencePieceModel::Parse(const std::string& bytes,
                                                              std::string* error) {
  std::unique_ptr<SentencePieceModel> model(new SentencePieceModel());
  ModelFacts facts;
  try {
    facts = ReadFacts(bytes);
    model->normalizes_ = facts.normalizes;
    model->wants_space_ = facts.wants_space;
  } catch (const protozero::exception& damage) {
    *error = std::string("not a SentencePiece model, or a damaged one (") + damage.what() + ")";
    return nullptr;
  }
  model->processor_ = std::make_unique<Processor>();
  sentencepiece::SentencePieceProcessor& processor = model->processor_->processor;
  const auto status = processor.LoadFromSerializedProto(bytes + kKeepSpaces);
  if (!status.ok() || processor.GetPieceSize() == 0) {
    *error = "not a SentencePiece model, or a damaged one (" + std::string(status.message()) + ")";
    return nullptr;
  }
  model->unknown_id_ = processor.unk_id();
  model->byte_ids_.fill(-1);
  bool spaces_in_front = true;
  for (int id = 0; id < processor.GetPieceSize(); ++id) {
    std::string piece = processor.IdToPiece(id);
    if (processor.IsByte(id)) {
      const auto byte =
          std::strtoul(piece.c_str() + std::min<size_t>(3, piece.size()), nullptr, 16) & 255;
      model->byte_ids_[byte] = id;
      piece = std::string(1, static_cast<char>(byte));
    } else if (processor.IsControl(id)) {
      piece.clear();
    } else if (processor.IsUnknown(id)) {
      piece = "<unk>";
    } else {
      for (size_t at = 0; (at = piece.find(kSpace, at)) != std::string::npos; ++at) {
        piece.replace(at, kSpace.size(), " ");
      }
      model->has_space_ = model->has_space_ || piece == " ";
      spaces_in_front = spaces_in_front && !HasInnerSpace(piece);
      model->plain_ids_.push_back(id);
    }
    model->texts_.push_back(std::move(piece));
    model->scores_.push_back(processor.GetScore(id));
  }
  model->has_bytes_ = std::count(model->byte_ids_.begin(), model->byte_ids_.end(), -1) == 0;
  model->cuts_words_apart_ = facts.unigram && facts.byte_fallback && model->has_bytes_ &&
                             facts.all_plain && spaces_in_front && !facts.spaces_behind &&
                             facts.escapes_spaces && !facts.normalizes;
  return model;
}

std::vector<int64_t> SentencePieceModel::Encode(const std::string& text) const {
  std::vector<int> ids;
  const auto status = processor_->processor.Encode(text, &ids);
  if (status.ok()) return {ids.begin(), ids.end()};
  return std::vector<int64_t>(1, unknown_id_);
}

}  // namespace t2t
