// A plug-in of another version, which calls what the library does not have (any more): it must be refused before t2t_register
// is called, and for its stamp.
extern "C" void t2t_was_taken_out(void* library);

extern "C" const char* t2t_plugin_stamp() { return "tensor2tensor 0.0.1, LibTorch 1.0"; }
extern "C" void t2t_register(void* library) { t2t_was_taken_out(library); }
