#include "modalities/codecs/tags_codec.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "modalities/codecs/class_list_codec.h"
#include "modalities/codecs/utf8.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class TagsCodec : public ClassListCodec {
 public:
  TagsCodec(ClassList classes, bool characters)
      : ClassListCodec(std::move(classes)), characters_(characters) {}

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    T2T_RETURN_IF_ERROR(classes().CheckReady());
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> tags, NamesIn(value));
    Units units;
    for (const std::string& tag : tags) {
      T2T_ASSIGN_OR_RETURN(const int64_t id, classes().Find(tag));
      units.ids.push_back(id);
    }
    units.raw_units = units.length();
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    if (units.frame_width != 0)
      return absl::InvalidArgumentError("tags are made of ids, not of frames of numbers");
    std::vector<std::string> tags;
    for (const int64_t id : units.ids) {
      T2T_ASSIGN_OR_RETURN(std::string tag, classes().Name(id));
      tags.push_back(std::move(tag));
    }
    return Value(absl::StrJoin(tags, characters_ ? "" : " "));
  }

  int64_t vocabulary_size() const override { return classes().size(); }
  std::string raw_unit() const override { return "tag"; }
  std::string Describe() const override {
    return classes().size() == 0 ? "tags, not learned yet"
                                 : absl::StrCat("tags, ", classes().size(), " of them");
  }

 private:
  absl::StatusOr<std::vector<std::string>> NamesIn(const Value& value) const override {
    if (!value.is_bytes()) return absl::InvalidArgumentError("tags are expected, not numbers");
    if (!characters_) {
      return std::vector<std::string>(
          absl::StrSplit(value.bytes(), absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty()));
    }
    std::vector<std::string> tags;
    absl::string_view rest = value.bytes();
    while (!rest.empty()) {
      const int64_t size = Utf8Length(rest);
      if (size == 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("'", Utf8Repaired(value.bytes()), "' is not UTF-8"));
      }
      if (rest[0] == '\n' || rest[0] == '\r')
        return absl::InvalidArgumentError("a line break is no tag");
      tags.emplace_back(rest.substr(0, static_cast<size_t>(size)));
      rest.remove_prefix(static_cast<size_t>(size));
    }
    return tags;
  }

  const bool characters_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Codec>> MakeTagsCodec(Binder& options) {
  T2T_ASSIGN_OR_RETURN(ClassList classes, ClassList::Bind(options));
  std::string of = "words";
  options.Choice("of", &of, {"words", "characters"}, "what a tag is");
  const std::vector<std::string> names = classes.names();
  auto codec = std::make_unique<TagsCodec>(std::move(classes), of == "characters");
  for (const std::string& name : names) {
    const auto units = codec->Encode(Value(name), {});
    if (!units.ok() || units->length() != 1)
      options.Error("classes", absl::StrCat("'", name, "' is not one tag of: ", of));
  }
  T2T_RETURN_IF_ERROR(options.status());
  return codec;
}

absl::StatusOr<Value> SampleTags(const Codec&, int64_t number) {
  static constexpr const char* kTags[] = {"a b", "b a", "a a", "b b"};
  return Value(kTags[static_cast<size_t>(number) % 4]);
}

}  // namespace t2t
