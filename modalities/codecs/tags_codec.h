// The codec of tags: one of a fixed list at each place of a sequence, such as parts of speech or a secondary structure.
//
//   parts: {modality: tags}                        # "DET NOUN VERB": separated by white space
//   structure: {modality: tags, of: characters}    # "((..))": each character is a tag
//
// The list is learned, in sorted order, unless `classes` names it; a tag that training has not seen is an error. A raw unit is a tag.
// Files: classes.txt (class_list.h).
#ifndef T2T_MODALITIES_CODECS_TAGS_CODEC_H_
#define T2T_MODALITIES_CODECS_TAGS_CODEC_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Codec>> MakeTagsCodec(Binder& options);

absl::StatusOr<Value> SampleTags(const Codec& codec, int64_t number);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_TAGS_CODEC_H_
