-- SPDX-License-Identifier: MIT
-- Columns and filters of what nettop writes into the comment of each frame: "nettop process=nginx pid=812 ...".
-- tshark -X lua_script:nettop.lua, or a copy in Wireshark's folder of personal plugins.

local nettop = Proto("nettop", "nettop: the process of a packet")

local fields = {
  process = ProtoField.string("nettop.process", "Process"),
  pid = ProtoField.uint32("nettop.pid", "PID"),
  uid = ProtoField.uint32("nettop.uid", "User ID"),
  unit = ProtoField.string("nettop.unit", "Unit"),
  container = ProtoField.string("nettop.container", "Container"),
  netns = ProtoField.string("nettop.netns", "Network namespace"),
  interface = ProtoField.string("nettop.interface", "Interface"),
  dir = ProtoField.string("nettop.dir", "Direction"),
  ["function"] = ProtoField.string("nettop.function", "Kernel function"),
  reason = ProtoField.string("nettop.reason", "Drop reason"),
  place = ProtoField.string("nettop.place", "Drop place"),
}
local numbers = { pid = true, uid = true }
for _, field in pairs(fields) do
  table.insert(nettop.fields, field)
end

local comments = Field.new("frame.comment")

-- Bytes that would end a value stand as %20.
local function unescaped(value)
  return (value:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

function nettop.dissector(_, _, tree)
  for _, comment in ipairs({ comments() }) do
    local words = comment.value:match("^nettop (.*)$")
    if words then
      local branch = tree:add(nettop, "nettop")
      for name, value in words:gmatch("(%l+)=(%S+)") do
        if numbers[name] then
          branch:add(fields[name], tonumber(value)):set_generated()
        elseif fields[name] then
          branch:add(fields[name], unescaped(value)):set_generated()
        end
      end
    end
  end
end

register_postdissector(nettop)
