package io.tesserae.contract.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectorGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A name server of the test's own says where a stage's replicas are, and changes its mind. */
class NameLookupIT {

    private final NioEventLoopGroup threads = new NioEventLoopGroup(1);
    private final List<String> addresses = new CopyOnWriteArrayList<>();
    private NameLookup names;

    @BeforeEach
    void start() throws Exception {
        // Registers the balancer.
        StageChannels.open("localhost:1").shutdownNow();
        Channel server = new Bootstrap().group(threads).channel(NioDatagramChannel.class).handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answering());
            }
        }).bind("127.0.0.1", 0).sync().channel();
        names = new NameLookup(new SingletonDnsServerAddressStreamProvider((InetSocketAddress) server.localAddress()));
    }

    @AfterEach
    void stop() {
        threads.shutdownGracefully();
    }

    @Test
    void everyAddressOfANameIsFound() throws Exception {
        addresses.addAll(List.of("10.0.0.2", "10.0.0.1"));
        assertEquals(List.of("10.0.0.1", "10.0.0.2"),
                names.addresses("eye.stages.test").stream().map(InetAddress::getHostAddress).toList());
    }

    @Test
    void addressesAreThemselves() throws Exception {
        assertEquals("10.1.2.3", names.addresses("10.1.2.3").get(0).getHostAddress());
        assertEquals(InetAddress.getByName("::1"), names.addresses("[::1]").get(0));
    }

    @Test
    void aNameThatNobodyKnowsSaysSo() {
        assertThrows(UnknownHostException.class, () -> names.addresses("no-such-stage.invalid"));
    }

    /** The name's answer says that it holds for a minute; a cluster's holds for seconds. Neither is waited for. */
    @Test
    void replicasThatAreAddedAreUsedWithinSeconds() throws Exception {
        NameResolverRegistry.getDefaultRegistry().register(new ReplicaResolver.Provider("names-test", true, names));
        try (Replicas replicas = new Replicas(0)) {
            int port = Integer.parseInt(replicas.add("127.0.0.1", 0).place().split(":")[1]);
            replicas.add("127.0.0.2", port);
            addresses.add("127.0.0.1");
            ManagedChannel channel = Reconnection.watching(NettyChannelBuilder.forTarget("names-test:///eye.stages.test:" + port)
                    .defaultLoadBalancingPolicy(LeastLoaded.POLICY).usePlaintext().build());
            assertEquals(List.of(0), asked(channel));
            addresses.add("127.0.0.2");
            long added = System.nanoTime();
            Replicas.await("the new one is used", () -> asked(channel).contains(1));
            assertTrue(System.nanoTime() - added < 15_000_000_000L, "within seconds, on a machine as busy as it may be");
            addresses.remove("127.0.0.1");
            Replicas.await("the other is not used any more", () -> asked(channel).equals(List.of(1)));
            channel.shutdownNow();
        }
    }

    private static List<Integer> asked(ManagedChannel channel) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            numbers.add(ProjectorGrpc.newBlockingStub(channel).project(ProjectRequest.getDefaultInstance()).getTimings().getBatchSize());
        }
        return List.copyOf(numbers);
    }

    /** Answers questions for addresses of version 4, and knows nothing else. */
    private final class Answering extends SimpleChannelInboundHandler<DatagramDnsQuery> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) throws Exception {
            var question = query.recordAt(DnsSection.QUESTION);
            DatagramDnsResponse response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            response.addRecord(DnsSection.QUESTION, question);
            if (question.type().equals(DnsRecordType.A) && question.name().startsWith("eye.stages.test")) {
                for (String address : addresses) {
                    response.addRecord(DnsSection.ANSWER, new DefaultDnsRawRecord(question.name(), DnsRecordType.A, 60,
                            Unpooled.wrappedBuffer(InetAddress.getByName(address).getAddress())));
                }
            } else {
                response.setCode(DnsResponseCode.NXDOMAIN);
            }
            context.writeAndFlush(response);
        }
    }
}
