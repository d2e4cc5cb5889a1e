# The flags of our own code live on one INTERFACE target, never in CMAKE_C_FLAGS.

option(MDT_WERROR "Warnings are errors" OFF)
option(MDT_SANITIZE "Address and undefined behaviour sanitizers" OFF)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# What every program of ours is held to, also one that is built apart, as the guest is.
add_library(mdt_warnings INTERFACE)
target_compile_options(mdt_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wmissing-prototypes -Wstrict-prototypes
  -Wpointer-arith -Wwrite-strings -Wno-missing-field-initializers)
if(MDT_WERROR)
  target_compile_options(mdt_warnings INTERFACE -Werror)
endif()

add_library(mdt_flags INTERFACE)
target_link_libraries(mdt_flags INTERFACE mdt_warnings)
target_compile_definitions(mdt_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
target_include_directories(mdt_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
if(MDT_SANITIZE)
  target_compile_options(mdt_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(mdt_flags INTERFACE -fsanitize=address,undefined)
endif()
if(MDT_FUZZ)
  target_compile_options(mdt_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
# The static library is for linkers that know nothing of gcc's link-time format, too.
if(CMAKE_INTERPROCEDURAL_OPTIMIZATION AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
  target_compile_options(mdt_flags INTERFACE -ffat-lto-objects)
endif()

# What a release is hardened with: checked string functions, stack canaries, control flow
# protection, position-independent programs, and no table of addresses that can be written.
if(NOT MDT_SANITIZE AND NOT MDT_FUZZ)
  set(released "$<CONFIG:Release,RelWithDebInfo,MinSizeRel>")
  target_compile_options(mdt_flags INTERFACE
    "$<${released}:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3;-fstack-protector-strong>")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|i.86")
    target_compile_options(mdt_flags INTERFACE "$<${released}:-fcf-protection>")
  endif()
  target_link_options(mdt_flags INTERFACE
    "$<${released}:-Wl,-z,relro;-Wl,-z,now;-Wl,-z,noexecstack>")
endif()

# gcc clears and copies structs of more than 32 bytes with string instructions, which take
# longer to begin than these structs take to clear otherwise: a fifth of the time of a parse.
include(CheckCCompilerFlag)
foreach(what memset memcpy)
  set(flag -m${what}-strategy=unrolled_loop:512:noalign,libcall:-1:noalign)
  check_c_compiler_flag(${flag} MDT_HAVE_${what}_STRATEGY)
  if(MDT_HAVE_${what}_STRATEGY)
    target_compile_options(mdt_flags INTERFACE ${flag})
  endif()
endforeach()
