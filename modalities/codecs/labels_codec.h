// The codec of a set of labels, none, one or several of a fixed list <-> one frame of 0 and 1.
//
//   topics: {modality: labels}      # learned: the sorted names of the training split
//
// A Value is the names, separated by ',' or ';', in any order: "sports, weather"; white space around a name does not count, and
// a text without names is the empty set. Decode gives them in the list's order, where the number is above 1/2. A raw unit is a label
// of the list. Files: classes.txt (class_list.h).
#ifndef T2T_MODALITIES_CODECS_LABELS_CODEC_H_
#define T2T_MODALITIES_CODECS_LABELS_CODEC_H_

#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Codec>> MakeLabelsCodec(Binder& options);

// The names of a Value's text.
std::set<std::string> NamesOf(absl::string_view text);

absl::StatusOr<Value> SampleLabels(const Codec& codec, int64_t number);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_LABELS_CODEC_H_
