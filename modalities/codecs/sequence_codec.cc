#include "modalities/codecs/sequence_codec.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "modalities/codecs/option_error.h"
#include "modalities/codecs/utf8.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kMostIds = 100'000;

struct Alphabet {
  const char* name;      // "DNA"
  const char* raw_unit;  // "base"
  absl::string_view letters;
  int64_t common;         // the first of them, which k-mers are made of
  char unknown;           // stands for any of these
  char read = 0, as = 0;  // a letter of another alphabet that stands for one of this
};

constexpr Alphabet kProtein = {"protein", "residue", "ACDEFGHIKLMNPQRSTVWYBJOUXZ*-", 20, 'X'};
constexpr Alphabet kDna = {"DNA", "base", "ACGTBDHKMNRSVWY-", 4, 'N', 'U', 'T'};
constexpr Alphabet kRna = {"RNA", "base", "ACGUBDHKMNRSVWY-", 4, 'N', 'T', 'U'};

std::string WithoutSpace(absl::string_view text) {
  std::string bare;
  bare.reserve(text.size());
  for (const char c : text) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(c))) bare += c;
  }
  return bare;
}

class SequenceCodec : public Codec {
 public:
  SequenceCodec(const Alphabet& alphabet, int64_t k, int64_t stride, bool reverse_complement,
                double mask)
      : alphabet_(alphabet),
        k_(k),
        stride_(stride),
        reverse_complement_(reverse_complement),
        mask_(mask) {
    places_.fill(-1);
    for (size_t i = 0; i < alphabet.letters.size(); ++i) {
      const auto letter = static_cast<unsigned char>(alphabet.letters[i]);
      places_[letter] = static_cast<int64_t>(i);
      places_[static_cast<unsigned char>(absl::ascii_tolower(letter))] = static_cast<int64_t>(i);
    }
    if (alphabet.read != 0) {
      const auto read = static_cast<unsigned char>(alphabet.read);
      places_[read] = places_[static_cast<unsigned char>(absl::ascii_tolower(read))] =
          places_[static_cast<unsigned char>(alphabet.as)];
    }
    if (k > 1) {
      mers_ = 1;
      for (int64_t i = 0; i < k; ++i) mers_ *= alphabet.common;
    }
  }

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions& options) const override {
    T2T_ASSIGN_OR_RETURN(std::string letters, Letters(value));
    if (reverse_complement_ && options.augment &&
        Philox(RandomKey(options.random_key).With("reverse complement")).Below(2) == 1) {
      letters = ReverseComplement(letters, alphabet_.as == 'U');
    }
    Units units;
    units.raw_units = static_cast<int64_t>(letters.size());
    if (stride_ < k_) {
      Overlapping(letters, &units.ids);
    } else {
      Cut(letters, &units.ids);
    }
    if (options.augment && mask_ > 0) {
      const int64_t unknown = UnknownId();
      Philox random(RandomKey(options.random_key).With("mask"));
      for (int64_t& id : units.ids) {
        if (random.Uniform() < mask_) id = unknown;
      }
    }
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    if (!reversible()) {
      return absl::UnimplementedError(
          absl::StrCat("overlapping k-mers of ", alphabet_.name, " cannot be turned back"));
    }
    if (units.frame_width != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(alphabet_.name, " is made of ids, not of frames of numbers"));
    }
    std::string letters;
    for (const int64_t id : units.ids) {
      if (id < 0 || id >= vocabulary_size()) {
        return absl::InvalidArgumentError(
            absl::StrCat("id ", id, " is outside of the ", vocabulary_size(), " of ", Describe()));
      }
      if (id >= mers_) {
        letters += alphabet_.letters[static_cast<size_t>(id - mers_)];
        continue;
      }
      for (int64_t place = mers_ / alphabet_.common, rest = id; place > 0;
           rest %= place, place /= alphabet_.common) {
        letters += alphabet_.letters[static_cast<size_t>(rest / place)];
      }
    }
    return Value(std::move(letters));
  }

  std::string Show(const Value& value) const override {
    const absl::StatusOr<std::string> letters = Letters(value);
    if (letters.ok()) return *letters;
    return value.is_bytes() ? Utf8Repaired(value.bytes()) : "(numbers)";
  }
  int64_t vocabulary_size() const override {
    return mers_ + (stride_ < k_ ? 1 : static_cast<int64_t>(alphabet_.letters.size()));
  }
  bool is_fallback(int64_t id) const override { return id == UnknownId(); }
  bool reversible() const override { return stride_ >= k_; }
  bool reorders() const override { return reverse_complement_; }
  bool masks() const override { return mask_ > 0; }
  std::string raw_unit() const override { return alphabet_.raw_unit; }
  int64_t bytes_per_raw_unit() const override { return 1; }
  std::string Describe() const override {
    if (k_ == 1) return absl::StrCat(alphabet_.name, ", an id a ", alphabet_.raw_unit);
    return absl::StrCat(alphabet_.name, " in ", k_, "-mers",
                        stride_ < k_ ? absl::StrCat(", one every ", stride_) : "");
  }

 private:
  // In upper case and of this alphabet.
  absl::StatusOr<std::string> Letters(const Value& value) const {
    if (!value.is_bytes()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the letters of ", alphabet_.name, " are expected, not numbers"));
    }
    std::string letters = WithoutSpace(value.bytes());
    for (size_t i = 0; i < letters.size(); ++i) {
      const int64_t place = Place(letters[i]);
      if (place < 0) {
        return absl::InvalidArgumentError(absl::StrCat(
            "'", Utf8First(absl::string_view(letters).substr(i)), "', letter ", i + 1, " of ",
            letters.size(), ", is not of ", alphabet_.name, "'s alphabet ", alphabet_.letters));
      }
      letters[i] = alphabet_.letters[static_cast<size_t>(place)];
    }
    return letters;
  }

  int64_t UnknownId() const { return stride_ < k_ ? mers_ : mers_ + Place(alphabet_.unknown); }
  int64_t Place(char letter) const { return places_[static_cast<unsigned char>(letter)]; }

  // -1 where a rare letter is in it.
  int64_t MerAt(absl::string_view letters, int64_t begin) const {
    int64_t id = 0;
    for (int64_t i = begin; i < begin + k_; ++i) {
      const int64_t place = Place(letters[static_cast<size_t>(i)]);
      if (place >= alphabet_.common) return -1;
      id = id * alphabet_.common + place;
    }
    return id;
  }

  void Cut(absl::string_view letters, std::vector<int64_t>* ids) const {
    const auto length = static_cast<int64_t>(letters.size());
    for (int64_t begin = 0; begin < length; begin += k_) {
      const int64_t mer = k_ > 1 && begin + k_ <= length ? MerAt(letters, begin) : -1;
      if (mer >= 0) {
        ids->push_back(mer);
        continue;
      }
      for (int64_t i = begin; i < std::min(begin + k_, length); ++i) {
        ids->push_back(mers_ + Place(letters[static_cast<size_t>(i)]));
      }
    }
  }

  void Overlapping(absl::string_view letters, std::vector<int64_t>* ids) const {
    const int64_t last = static_cast<int64_t>(letters.size()) - k_;
    if (last < 0) {
      if (!letters.empty()) ids->push_back(mers_);
      return;
    }
    const auto add = [&](int64_t begin) {
      const int64_t mer = MerAt(letters, begin);
      ids->push_back(mer < 0 ? mers_ : mer);
    };
    for (int64_t begin = 0; begin < last; begin += stride_) add(begin);
    add(last);
  }

  const Alphabet& alphabet_;
  const int64_t k_, stride_;
  const bool reverse_complement_;
  const double mask_;
  int64_t mers_ = 0;                   // k-mers of common letters; none for k = 1
  std::array<int64_t, 256> places_{};  // of each byte in the alphabet, or -1
};

absl::StatusOr<std::unique_ptr<Codec>> Make(const Alphabet& alphabet, Binder& options) {
  int64_t k = 1, stride = 0;
  bool reverse_complement = false;
  options.Field("k", &k, "letters that one id stands for; 3: codons");
  options.Field("stride", &stride, "letters from one k-mer to the next; 0: k, without overlap");
  double mask = 0;
  Binder augment = options.Section("augment");
  augment.Field("mask", &mask, "share of the units of training examples that are read as unknown");
  if (mask < 0 || mask >= 1) return OptionError(augment, "mask", "must be in [0, 1)");
  if (alphabet.common == 4) {
    augment.Field("reverse_complement", &reverse_complement,
                  "half of the training examples are read from the other strand");
  }
  int64_t most = 1;
  for (int64_t ids = alphabet.common * alphabet.common; ids <= kMostIds; ids *= alphabet.common) {
    ++most;
  }
  if (k < 1 || k > most) return OptionError(options, "k", absl::StrCat("must be from 1 to ", most));
  if (stride < 0 || stride > k) {
    return OptionError(options, "stride", absl::StrCat("must be from 0 (k) to k = ", k));
  }
  T2T_RETURN_IF_ERROR(options.status());
  return std::make_unique<SequenceCodec>(alphabet, k, stride == 0 ? k : stride, reverse_complement,
                                         mask);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Codec>> MakeProteinCodec(Binder& options) {
  return Make(kProtein, options);
}
absl::StatusOr<std::unique_ptr<Codec>> MakeDnaCodec(Binder& options) { return Make(kDna, options); }
absl::StatusOr<std::unique_ptr<Codec>> MakeRnaCodec(Binder& options) { return Make(kRna, options); }

absl::Status CheckRna(absl::string_view bases) {
  return SequenceCodec(kRna, 1, 1, false, 0).Encode(Value(std::string(bases)), {}).status();
}

std::string ReverseComplement(absl::string_view bases, bool rna) {
  constexpr absl::string_view kFrom = "ACGTUBDHKMRVY", kDnaTo = "TGCAAVHDMKYBR",
                              kRnaTo = "UGCAAVHDMKYBR";
  std::string other(bases.rbegin(), bases.rend());
  for (char& base : other) {
    const size_t place = kFrom.find(base);
    if (place != absl::string_view::npos) base = (rna ? kRnaTo : kDnaTo)[place];
  }
  return other;
}

absl::StatusOr<Value> SampleSequence(const Codec&, int64_t number) {
  static constexpr const char* kSequences[] = {"GATTACA", "CATGAC", "ACGTNACG", "TTAGGC", "GCCACC"};
  return Value(kSequences[static_cast<size_t>(number) % std::size(kSequences)]);
}

}  // namespace t2t
