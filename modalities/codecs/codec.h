// Codec: Value <-> Units for one port. A pure function without trained parameters, that owns its
// vocabulary or features; and Modality: what the registry knows under a modality's name.
//
// Life: made from the port's options; then Learn over training values, or Load of what an earlier Learn
// left in Files(); constant and thread-safe from then on.
//
//   auto codec = modality.make_codec(binder);             // options were bound, errors are in the Config
//   T2T_RETURN_IF_ERROR(codec->Learn(training_values));
//   absl::StatusOr<Units> units = codec->Encode(Value("word"), {});
#ifndef T2T_MODALITIES_CODECS_CODEC_H_
#define T2T_MODALITIES_CODECS_CODEC_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/units.h"
#include "modalities/codecs/value.h"
#include "registry/config.h"

namespace t2t {

// What a codec has learned, by file name ("vocabulary.txt"); kept in the run's folder.
using CodecFiles = std::map<std::string, std::string>;

// Yields the next training value, nullopt at the end. May fail where data is read.
using ValueStream = std::function<absl::StatusOr<std::optional<Value>>()>;

struct EncodeOptions {
  bool augment = false;     // training: random flips, shifts, masks, as the port's options ask
  uint64_t random_key = 0;  // (seed, problem, port, epoch, example); all randomness comes from it
};

class Codec {
 public:
  virtual ~Codec() = default;

  // Whether Learn has to see training values before Encode works.
  virtual bool needs_learning() const { return false; }
  // Reads the stream once, in bounded memory. Deterministic.
  virtual absl::Status Learn(const ValueStream& values);
  // Takes what Files() of an equal codec gave. Errors: a missing or damaged file.
  virtual absl::Status Load(const CodecFiles& files);
  virtual CodecFiles Files() const { return {}; }

  // Errors: InvalidArgument for a Value not of this modality (a PNG that is text); NotFound for a class not learned.
  virtual absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions& options) const = 0;
  // What can be said against a value before anything is learned, so that data are refused where they are read: the errors of
  // Encode, or none where that needs learning first.
  virtual absl::Status Check(const Value& value) const;
  // The Value that the units stand for. Unimplemented where the modality does not go back.
  virtual absl::StatusOr<Value> Decode(const Units& units) const;
  // The value in pieces of at most `units` units each, in their order, cut where the least is lost; itself where it is
  // short enough, or not of a kind that can be cut.
  virtual absl::StatusOr<std::vector<Value>> Pieces(const Value& value, int64_t units) const {
    (void)units;
    return std::vector<Value>{value};
  }
  // The value as text for people and for metrics: the text itself, a label's name, "28x28 image".
  virtual std::string Show(const Value& value) const = 0;

  // Number of ids for discrete units; 0 for frames.
  virtual int64_t vocabulary_size() const { return 0; }
  // Whether an id stands for what has none of its own: an unknown word, a byte of a rare character.
  virtual bool is_fallback(int64_t id) const {
    (void)id;
    return false;
  }
  // Numbers a frame for continuous units; 0 for ids.
  virtual int64_t frame_width() const { return 0; }
  // Equal pieces of a frame that follow each other in time, such as stacked spectra.
  virtual int64_t frame_parts() const { return 1; }
  virtual int64_t axes() const { return 1; }
  // Whether its units are frames, not ids. Known before anything is learned.
  virtual bool gives_frames() const { return false; }
  // The head that its units are made for, by its registered name; "": the modality's.
  virtual std::string head() const { return ""; }
  // The grid of positions, largest + 1 on each axis, that every value fills row by row (an image); empty where lengths differ.
  virtual std::vector<int64_t> extent() const { return {}; }
  // Units of every value; 0 where lengths differ.
  int64_t fixed_length() const;
  // Whether the raw units that are counted can be told from the units without a doubt: bits per raw unit make sense.
  // Decode(Encode(v)) == v for every valid v without unknowns; of pictures, those that have the codec's size; of sounds, those of its
  // rate whose samples are steps of its units.
  virtual bool reversible() const { return false; }
  // Whether augmentation may put the units into another order: not for a target, nor for the input that it follows.
  virtual bool reorders() const { return false; }
  // Whether augmentation may change the number of units: not for an input that a target is aligned with.
  virtual bool stretches() const { return false; }
  // Whether augmentation takes away some of what the units say: not for a target.
  virtual bool masks() const { return false; }
  // The name of one raw unit: "byte", "subpixel", "residue".
  virtual std::string raw_unit() const = 0;
  // How much data a raw unit is: its bytes as plain data, and how many make a second; 0 where that means nothing.
  virtual int64_t bytes_per_raw_unit() const { return 0; }
  virtual int64_t raw_units_per_second() const { return 0; }
  // One line for describe: "SentencePiece, 4000 pieces", "28x28 grey in 4x4 patches".
  virtual std::string Describe() const = 0;
};

// How units go into a model and come out: names in the registries of the parts that hold parameters.
struct Way {
  std::string adapter =
      {};                 // how they enter: "tokens", "patches", "spectra"; "" = cannot be an input
  std::string head = {};  // how they leave: "categorical"; "" = cannot be a target yet
  std::vector<std::string> schemes = {};  // that fit as a target; the first is the default
  std::vector<std::string> metrics = {};  // of a target by default; the first selects checkpoints
};

// What is registered under a modality's name.
struct Modality {
  // Binds the port's options and makes the codec; errors of options are kept in the Config.
  std::function<absl::StatusOr<std::unique_ptr<Codec>>(Binder& options)> make_codec;
  Way ids = {};     // of the codecs that give ids
  Way frames = {};  // of those that give frames
  const Way& WayOf(const Codec& codec) const { return codec.gives_frames() ? frames : ids; }
  // Of values that are files, their endings: ".png .jpg"; "" where a value is text.
  std::string file_suffixes = {};
  bool is_file() const { return !file_suffixes.empty(); }
  // Which of these endings the bytes of a value have; null: the first.
  std::function<std::string(absl::string_view bytes)> suffix_of = nullptr;
  std::string SuffixOf(absl::string_view bytes) const;
  // Options of a port that is a target, where it does not say otherwise; YAML.
  std::string of_target = "{}";
  std::string distance = {};  // between values, for the nearest neighbour: "edits"; "" = none
  // For checks of all modalities there are: options of the smallest ports, one for each way that the modality has; and
  // values of such a port: neighbouring numbers, from 0, give different ones.
  std::vector<std::string> smallest = {};
  // And what makes training change a value of an input by chance; "" where nothing does.
  std::string augmented = {};
  std::function<absl::StatusOr<Value>(const Codec& codec, int64_t number)> sample = nullptr;
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_CODEC_H_
