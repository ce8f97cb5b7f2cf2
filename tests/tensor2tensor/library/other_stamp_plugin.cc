// A plug-in of another version: it must be refused before t2t_register is called.
#include <cstdlib>

extern "C" const char* t2t_plugin_stamp() { return "tensor2tensor 0.0.1, LibTorch 1.0"; }
extern "C" void t2t_register(void*) { std::abort(); }
