// The codec of a label: one of a fixed set of names <-> its place in the list.
//
//   digit: {modality: label, classes: [zero, one, two]}
//   kind: {modality: label}    # learned: the sorted names of the training split
//
// Files: classes.txt. A name has no line break and is not empty.
#ifndef T2T_MODALITIES_CODECS_LABEL_CODEC_H_
#define T2T_MODALITIES_CODECS_LABEL_CODEC_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Codec>> MakeLabelCodec(Binder& options);

// For Modality::sample: the classes in turn; "yes" and "no" where they are still to be learned.
absl::StatusOr<Value> SampleLabel(const Codec& codec, int64_t number);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_LABEL_CODEC_H_
